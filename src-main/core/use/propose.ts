import type { ProposalAnswer, ProposalWish } from '#shared/broker/proposals.ts'
import { credentialKey, refFromKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { isRulePath } from './access-rules.ts'
import type { Approvals } from './approvals.ts'
import type { AuditRow } from './audit-row.ts'
import type { Client, Peer } from './client.ts'
import { hostOf } from './hand-out-wish.ts'
import { grants, type Proposal, type Proposed } from './proposal.ts'
import type { Proposals } from './proposals.ts'
import type { UsePorts } from './use-ports.ts'
import { foundEntry, foundRules } from './use-checks.ts'

export type ProposePorts = Pick<UsePorts, 'repository' | 'rulesFor'> & {
  readonly proposals: Proposals
  /** True for the id of a provider that the vault knows. */
  readonly isKnown: (service: string) => boolean
  /** Why the policy takes nothing about this service from the program; null: it may propose. Throws CONFIG_INVALID. */
  readonly refusalFor: (client: Client, service: string) => Promise<string | null>
  /** Writes a row about a proposal. Throws STORE_WRITE_FAILED. */
  readonly note: (action: string, fields: ProposalFields & Pick<AuditRow, 'peer'>) => Promise<void>
}

/** What a program proposes; a sign-in again comes by `SignInWishes` alone. */
export type Wish = ProposalWish | (Pick<ProposalWish, 'service' | 'reason'> & SignInAgain)
type SignInAgain = { readonly kind: 'sign-in'; readonly account: string }

/** Who proposes. */
type Proposer = { readonly client: Client; readonly peer: Peer }

/**
 * Puts what a program proposes before the person. Throws INVALID_REQUEST and UNKNOWN_SERVICE for what can not be
 * meant, ORIGIN_NOT_ALLOWED for a host that is none of the credential, APPROVAL_DENIED if the policy gives the
 * program no access to the service and as `Proposals.add`, and STORE_WRITE_FAILED if it can not be written down.
 */
export async function propose(
  ports: ProposePorts,
  wish: Wish,
  { client, peer }: Proposer
): Promise<ProposalAnswer> {
  const { note, proposals } = ports
  const refusal = await ports.refusalFor(client, wish.service)
  if (refusal !== null) throw new VaultError('APPROVAL_DENIED', { message: refusal })
  const added = proposals.add(client.id, await proposedOf(ports, wish, client), wish.reason)
  if (added === null) return { state: 'accepted' }
  const { proposal, isNew } = added
  if (isNew) {
    await note('propose', { ...proposalFields(proposal, client.name), peer }).catch((error: unknown) => {
      proposals.remove(proposal.id)
      throw error
    })
  }
  return { state: 'waits', id: proposal.id, until: proposal.until.toISOString() }
}

async function proposedOf(ports: ProposePorts, wish: Wish, client: Client): Promise<Proposed> {
  if (wish.kind === 'service') {
    const { kind, service } = wish
    if (!ports.isKnown(service)) throw invalid('No provider of this name is known here.')
    return { kind, service }
  }
  const entry = await foundEntry(ports, wish, refuse)
  const rules = await foundRules(ports, { entry, client }, refuse)
  const credential = credentialKey(entry.ref)
  if (wish.kind === 'sign-in') {
    if (entry.kind !== 'oauth') throw invalid('This entry is a key. The person has to replace it.')
    return { kind: wish.kind, credential }
  }
  const { kind, scope } = wish
  if (kind === 'scope') {
    if (entry.kind !== 'oauth') throw invalid('Only a sign-in has scopes.')
    return { kind, credential, scope }
  }
  const { methods, path } = wish
  const host = hostOf(wish.host, rules.hosts)
  if (host === null) throw new VaultError('ORIGIN_NOT_ALLOWED')
  if (methods.includes('ANY')) throw invalid('A rule that is proposed names each of its methods.')
  if (!isRulePath(path)) throw invalid(WRONG_PATH)
  return { kind, credential, host, methods: [...new Set(methods)].toSorted(), path, scope }
}

const WRONG_PATH =
  'The path of a rule begins with a slash, is decoded, has no query, and ** stands alone between slashes.'

type There = Pick<UsePorts, 'repository'> & {
  readonly approvals: Pick<Approvals, 'given'>
  /** True if the entry of this key works only after a sign-in. */
  readonly needsSignIn: (credential: string) => boolean
}

/** True if what is proposed is there already: nothing is left for the person to answer. */
export function isThere(
  { approvals, needsSignIn, repository }: There,
  { client, what }: Pick<Proposal, 'client' | 'what'>
): boolean {
  switch (what.kind) {
    case 'service':
      return repository.list().some(({ ref }) => ref.service === what.service)
    case 'scope':
      return scopesOf(repository, what.credential).includes(what.scope)
    case 'sign-in':
      return !needsSignIn(what.credential)
    case 'rule':
      return approvals.given.list().some((approval) => grants(approval, client, what))
  }
}

function scopesOf(repository: There['repository'], credential: string): CatalogEntry['scopesGranted'] {
  const ref = refFromKey(credential)
  return (ref === null ? null : repository.find(ref))?.scopesGranted ?? []
}

/** What a row of the log tells of a proposal. `code`: its kind, with the service or the scope that is meant. */
export type ProposalFields = Pick<
  AuditRow,
  'client' | 'clientName' | 'credential' | 'method' | 'host' | 'path' | 'code' | 'reason'
>

/** The fields of a row about a proposal or the answer to it. */
export function proposalFields({ client, what, reason }: Proposal, clientName: string): ProposalFields {
  const who = { client, clientName, reason, method: null, host: null, path: null }
  switch (what.kind) {
    case 'service':
      return { ...who, credential: null, code: `service ${what.service}` }
    case 'scope':
      return { ...who, credential: what.credential, code: `scope ${what.scope}` }
    case 'sign-in':
      return { ...who, credential: what.credential, code: 'sign-in' }
    case 'rule': {
      const { credential, host, methods, path } = what
      return { ...who, credential, host, path, method: methods.join(','), code: 'rule' }
    }
  }
}

/** A proposal is no use: what can not be meant leaves no row. */
async function refuse(_code: string, problem: unknown): Promise<never> {
  throw problem
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
