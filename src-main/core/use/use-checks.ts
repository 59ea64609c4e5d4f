import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { meantEntries } from '../meant-entries.ts'
import { type AccessRules, decideAccess } from './access-rules.ts'
import { shownReason } from './approval.ts'
import type { Client } from './client.ts'
import type { PermissionCaller } from './permission.ts'
import type { RowOfUse } from './refusals.ts'
import { checkHeaders } from './request-headers.ts'
import type { Target } from './target.ts'
import type { CredentialScheme, Header, UsePorts } from './use-ports.ts'
import {
  AWS_KEYS,
  faultSentence,
  headerSentence,
  NO_ACCESS,
  refusalSentence,
  SEVERAL_ACCOUNTS
} from './use-sentences.ts'

/** A request that a client wants to be sent with a credential. */
export type Use = {
  readonly service: string
  readonly account: string | null
  readonly method: string
  readonly url: string
  readonly headers: readonly Header[]
  /** Gives the body when it is asked for; null: there is none. */
  readonly body: (() => AsyncIterable<Uint8Array>) | null
  readonly scope: string | null
  readonly reason: string | null
  /** Waits for the person where a window asks; false: answers with the question at once. */
  readonly waits: boolean
  /** How to write the credential into the request, where the vault knows no way of its own for the service. */
  readonly scheme?: CredentialScheme
  /** The person has allowed the relay that this request comes through; absent: the request itself is asked for. */
  readonly isPermitted?: true
}

/** A use whose entry and target are known. */
export type Checked = {
  readonly use: Use
  readonly entry: CatalogEntry
  readonly target: Target
  readonly headers: readonly Header[]
  readonly rules: AccessRules
}

/** What is known of a use so far. */
type Known = { readonly use: Use; readonly entry?: CatalogEntry; readonly target?: Target }

type CheckPorts = Pick<UsePorts, 'refusals' | 'repository' | 'rulesFor' | 'schemeFor' | 'targetOf'>

/**
 * Checks a request on its own and by the rules. Every refusal is written down. Throws INVALID_REQUEST,
 * UNKNOWN_SERVICE, ORIGIN_NOT_ALLOWED, APPROVAL_DENIED, and CONFIG_INVALID as `rulesFor`.
 */
export async function checkedUse(ports: CheckPorts, use: Use, caller: PermissionCaller): Promise<Checked> {
  const refuse = async (known: Omit<Known, 'use'>, code: string, problem: unknown): Promise<never> => {
    await ports.refusals.note(useRow({ use, ...known }, caller), code)
    throw problem
  }
  const parsed = ports.targetOf(use.url)
  if (parsed.kind === 'fault') return await refuse({}, 'address', invalid(faultSentence(parsed.fault)))
  const { target } = parsed
  const entry = await foundEntry(ports, use, (code, problem) => refuse({ target }, code, problem))
  const known = { target, entry }
  if (entry.kind === 'aws') return await refuse(known, 'aws-keys', invalid(AWS_KEYS))
  const scheme = ports.schemeFor(entry, use.scheme)
  const headers = checkHeaders(use.headers, scheme.kind === 'header' ? scheme.name : null)
  if (headers.kind === 'fault') return await refuse(known, 'header', invalid(headerSentence(headers.name)))
  const rules = await foundRules(ports, { entry, client: caller.client }, (code, problem) =>
    refuse(known, code, problem)
  )
  const decision = decideAccess(rules, use.method, target)
  if (decision.kind === 'refused') {
    const message = refusalSentence(decision.because, rules)
    return await refuse(known, decision.because, new VaultError('ORIGIN_NOT_ALLOWED', { message }))
  }
  return { use, entry, target, headers: headers.headers, rules }
}

/** What the log tells of a use, as far as it is known. */
export function useRow({ entry, target, use }: Known, { client, peer }: Who): RowOfUse {
  return {
    of: null,
    client: client.id,
    clientName: client.name,
    peer,
    credential: entry === undefined ? null : credentialKey(entry.ref),
    action: 'use',
    method: use.method,
    host: target === undefined ? null : hostPort(target),
    path: target?.path ?? null,
    status: null,
    code: null,
    reason: shownReason(use.reason),
    redacted: null,
    bytes: null
  }
}

type Who = Pick<PermissionCaller, 'client' | 'peer'>

/** Writes a refusal down and throws the problem. */
type Refuse = (code: string, problem: unknown) => Promise<never>

/** The entry that is meant. Throws UNKNOWN_SERVICE, and INVALID_REQUEST if several accounts are. */
export async function foundEntry(
  { repository }: Pick<UsePorts, 'repository'>,
  named: Pick<Use, 'service' | 'account'>,
  refuse: Refuse
): Promise<CatalogEntry> {
  const found = meantEntries(repository.list(), ({ ref }) => ref, named)
  const [entry] = found
  if (entry === undefined) return await refuse('unknown-service', new VaultError('UNKNOWN_SERVICE'))
  if (found.length === 1) return entry
  return await refuse('unnamed-account', invalid(SEVERAL_ACCOUNTS))
}

/** The rules for a client. Throws APPROVAL_DENIED if there is no access, and CONFIG_INVALID as `rulesFor`. */
export async function foundRules(
  { rulesFor }: Pick<UsePorts, 'rulesFor'>,
  { entry, client }: { readonly entry: CatalogEntry; readonly client: Client },
  refuse: Refuse
): Promise<AccessRules> {
  let rules: AccessRules | null
  try {
    rules = await rulesFor(entry, client)
  } catch (error) {
    return await refuse('policy-invalid', error)
  }
  return rules ?? (await refuse('policy', new VaultError('APPROVAL_DENIED', { message: NO_ACCESS })))
}

export const hostPort = ({ host, port }: Target): string => `${host}:${port}`
const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
