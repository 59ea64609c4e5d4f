import { credentialKey } from '#shared/credential.ts'
import type { ImportRow } from '#shared/transfer.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { Credential } from '../credential-record.ts'
import { secretOf } from '../kept-secret.ts'
import { mask, type Secret } from '../secret.ts'
import { importHosts, type Stored } from './import-hosts.ts'
import type { FoundEntry } from './transfer-ports.ts'

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
  if (one.kind === 'oauth' || other.kind === 'oauth' || one.kind !== other.kind) return false
  return secretOf(one).equals(secretOf(other))
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
