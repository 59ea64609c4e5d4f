import { type CredentialRef, credentialKey } from '#shared/credential.ts'
import { isEntryProblem, toProblem, VaultError } from '#shared/problem.ts'
import type { ImportReport, ImportRow } from '#shared/transfer.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { Credential, AwsKeys } from '../credential-record.ts'
import type { CredentialRepository } from '../ports.ts'
import { secretOf } from '../catalog-entry.ts'
import { mask, type Secret } from '../secret.ts'
import type { FoundEntry } from './transfer-ports.ts'

type ImportHosts = {
  /** Hosts that the key may be sent to without a further question. */
  readonly allowed: readonly string[]
  /** Hosts that only the file names: each needs the person's own tick. */
  readonly more: readonly string[]
}

/**
 * Returns the hosts that an imported key may be sent to. The hosts of the service and of a stored entry are
 * allowed; a host that only the file names needs a tick, because the file's author would also get later keys
 * of that name. `known`: the hosts of the service's row; null: this computer has no row of the service. With
 * neither a row nor a stored entry, all hosts of the file are allowed.
 */
function importHosts(
  credential: Credential,
  stored: Stored,
  known: readonly string[] | null
): ImportHosts | null {
  if (credential.kind !== 'api-key') return null
  const wanted = [...new Set(credential.allowedHosts)]
  const held = stored.kind === 'held' && stored.credential.kind === 'api-key' ? stored.credential : null
  const settled = known === null && held === null ? wanted : [...(known ?? []), ...(held?.allowedHosts ?? [])]
  return {
    allowed: wanted.filter((host) => settled.includes(host)),
    more: wanted.filter((host) => !settled.includes(host))
  }
}

/** Returns the credential to save, with the allowed and the ticked hosts. */
function withHosts(credential: Credential, hosts: ImportHosts | null, ticked: readonly string[]): Credential {
  if (credential.kind !== 'api-key' || hosts === null) return credential
  return {
    ...credential,
    allowedHosts: [...hosts.allowed, ...hosts.more.filter((host) => ticked.includes(host))]
  }
}

/** The stored state at the place of an entry. `unreadable`: the stored value can't be read. */
type Stored =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly problem: VaultError }
  | { readonly kind: 'held'; readonly credential: Credential }

const TWICE = 'It contains this service and account more than once; only the first is imported.'
const OTHER_KIND = 'An entry of another kind has this service and account. Remove it first.'
const UNREADABLE = 'The stored one can’t be read at the moment. Importing replaces it.'
const ONE_COMPUTER =
  'Only one computer may refresh this sign-in. Sign out on the other one, or sign in again here.'
const OLDER =
  'The stored sign-in is newer than this one. A provider may end both when an older one is used again.'

type Place = {
  readonly index: number
  /** True if no earlier entry has the same service and account. */
  readonly isFirst: boolean
  /** The hosts of the service's row; null: this computer has no such row. */
  readonly known: readonly string[] | null
}

/** Returns the masked row of an entry. */
export function planRow(entry: FoundEntry, stored: Stored, { index, isFirst, known }: Place): ImportRow {
  const { ref, name, kind, credential } = entry
  const account = cleanText(ref.account, '?')
  const row = { index, service: ref.service, account, name: cleanText(name, '?'), kind }
  if (credential === null) return { ...row, masked: '', state: 'refused', note: entry.note }
  const masked = mask(shownSecret(credential))
  if (!isFirst) return { ...row, masked, state: 'refused', note: TWICE }
  return {
    ...row,
    masked,
    ...fate(credential, stored, entry.note),
    ...placesOf(entry, credential, stored, known)
  }
}

/** Returns issuer and hosts of an entry. They are shown because a file may name any. */
function placesOf(
  { issuer }: FoundEntry,
  credential: Credential,
  stored: Stored,
  known: Place['known']
): Pick<ImportRow, 'issuer' | 'hosts' | 'moreHosts'> {
  const hosts = importHosts(credential, stored, known)
  return {
    ...(issuer !== undefined && { issuer }),
    ...(hosts !== null && { hosts: [...hosts.allowed] }),
    ...(hosts !== null && hosts.more.length > 0 && { moreHosts: [...hosts.more] })
  }
}

function fate(
  credential: Credential,
  stored: Stored,
  note: string | null
): Pick<ImportRow, 'state' | 'note'> {
  switch (stored.kind) {
    case 'nothing':
      return { state: 'new', note: noteOf(credential, note) }
    case 'unreadable':
      // With two entries in the keychain, neither can be replaced.
      if (stored.problem.code === 'KEYCHAIN_DUPLICATE')
        return { state: 'refused', note: stored.problem.message }
      return { state: 'replaces', note: UNREADABLE }
    case 'held':
      if (stored.credential.kind !== credential.kind) return { state: 'refused', note: OTHER_KIND }
      if (holdsSame(stored.credential, credential)) return { state: 'same', note: null }
      return {
        state: 'replaces',
        note: isOlder(credential, stored.credential) ? OLDER : noteOf(credential, note)
      }
  }
}

/** Returns the indices of entries whose service and account an earlier entry has. */
export function repeatedEntries(entries: readonly FoundEntry[]): ReadonlySet<number> {
  const seen = new Set<string>()
  const repeated = new Set<number>()
  entries.forEach(({ ref, credential }, index) => {
    if (credential === null) return
    const key = credentialKey(ref)
    if (seen.has(key)) repeated.add(index)
    seen.add(key)
  })
  return repeated
}

/** True if both are of one kind and hold the same secrets; times and origin do not count. */
export function holdsSame(one: Credential, other: Credential): boolean {
  if (one.kind === 'oauth' && other.kind === 'oauth') {
    const isSameAccess = one.tokens.accessToken.equals(other.tokens.accessToken)
    return isSameAccess && isSame(one.tokens.refreshToken, other.tokens.refreshToken)
  }
  if (one.kind === 'mcp' && other.kind === 'mcp') {
    return one.accessToken.equals(other.accessToken) && isSame(one.refreshToken, other.refreshToken)
  }
  if (one.kind === 'aws' && other.kind === 'aws' && !isSamePair(one, other)) return false
  if (one.kind === 'oauth' || other.kind === 'oauth' || one.kind !== other.kind) return false
  return secretOf(one).equals(secretOf(other))
}

function isSamePair(one: AwsKeys, other: AwsKeys): boolean {
  return one.accessKeyId === other.accessKeyId && isSame(one.sessionToken, other.sessionToken)
}

function isSame(one: Secret | null, other: Secret | null): boolean {
  return one === null || other === null ? one === other : one.equals(other)
}

function isOlder(credential: Credential, stored: Credential): boolean {
  return (
    credential.kind === 'oauth' &&
    stored.kind === 'oauth' &&
    credential.tokens.issuedAt.getTime() < stored.tokens.issuedAt.getTime()
  )
}

function noteOf(credential: Credential, note: string | null): string | null {
  const isRenewable = credential.kind === 'oauth' && credential.tokens.refreshToken !== null
  return note ?? (isRenewable ? ONE_COMPUTER : null)
}

function shownSecret(credential: Credential): Secret {
  return credential.kind === 'oauth' ? credential.tokens.accessToken : secretOf(credential)
}

export type RowPorts = {
  readonly repository: Pick<CredentialRepository, 'save' | 'load' | 'find'>
  /** Returns the newest credential, also with a refreshed token that could not be saved yet. Null: none. */
  readonly current: (ref: CredentialRef) => Promise<Credential | null>
  /** Runs `task` while no other task touches the credential. If it throws, everything stays as it was. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
  /** Returns the hosts that the row of a service allows. Null: this computer has no row of it. */
  readonly hostsOf: (service: string) => readonly string[] | null
  /** Compares every field, not only the secrets. */
  readonly isEqual: (one: Credential, other: Credential) => boolean
}

export type Outcome = ImportReport['rows'][number]

const REFUSED = 'This row can’t be imported.'
const TAKEN = 'Another value is stored there. It was kept.'

/** Returns the stored state at the place of a row. Throws KEYCHAIN_*. */
export async function storedAt({ ref, credential }: FoundEntry, ports: RowPorts): Promise<Stored> {
  if (credential === null || ports.repository.find(ref) === null) return { kind: 'nothing' }
  try {
    const held = await ports.current(ref)
    return held === null ? { kind: 'nothing' } : { kind: 'held', credential: held }
  } catch (error) {
    if (isEntryProblem(error)) return { kind: 'unreadable', problem: error }
    throw error
  }
}

type RowOrder = {
  readonly replace: boolean
  /** Hosts that only the file names and that the person ticked for this row. */
  readonly hosts: readonly string[]
}

/** Saves one row and reads it back. Never throws: an error is in the outcome, and nothing is changed then. */
export async function storeRow(
  entry: FoundEntry | undefined,
  { replace, hosts }: RowOrder,
  ports: RowPorts
): Promise<Omit<Outcome, 'index'>> {
  if (entry === undefined || entry.credential === null) return { result: 'failed', note: REFUSED }
  const { ref, credential: found } = entry
  const place = { index: 0, isFirst: true, known: ports.hostsOf(ref.service) }
  try {
    // The stored state is read before the turn: a turn that succeeds forgets a refreshed token that is not
    // saved yet.
    const before = planRow(entry, await storedAt(entry, ports), place)
    if (before.state === 'same') return { result: 'unchanged', note: null }
    await ports.exclusively(ref, async () => {
      const stored = await storedAt(entry, ports)
      const { state, note } = planRow(entry, stored, place)
      if (state === 'refused') throw new VaultError('INVALID_REQUEST', { message: note ?? REFUSED })
      if (state !== 'new' && !replace) throw new VaultError('INVALID_REQUEST', { message: TAKEN })
      const credential = withHosts(found, importHosts(found, stored, place.known), hosts)
      await ports.repository.save(credential)
      const held = await ports.repository.load(ref)
      if (held === null || !ports.isEqual(held, credential)) throw new VaultError('STORE_WRITE_FAILED')
    })
    return { result: 'imported', note: null }
  } catch (error) {
    return { result: 'failed', note: toProblem(error).message }
  }
}
