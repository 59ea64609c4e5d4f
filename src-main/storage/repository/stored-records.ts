import { credentialKey } from '#shared/credential.ts'
import type { BackendId, CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../../core/credential-record.ts'
import { decodeRecord } from '../records/credential-codec.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import { KnownRecords } from '../records/known-records.ts'

/**
 * A record. `isAhead`: it was saved after the newest record that its row knows. `isKnown`: its text is the
 * same as at the last read.
 */
export type Found = {
  readonly credential: Credential
  readonly backend: BackendId
  readonly savedAt: Date | null
  readonly isAhead: boolean
  readonly isKnown: boolean
}

type Ports = {
  readonly store: Pick<CredentialStore, 'read'>
  readonly warn: (sentence: string) => void
}

/**
 * Reads records and detects those older than the newest that was stored: an earlier copy was put back. An
 * older key or token of another program is returned. An older grant is not, because its refresh token may be
 * spent, and a provider that sees a refresh token twice ends the whole grant (RFC 9700 section 4.14.2).
 */
export class StoredRecords {
  readonly #ports: Ports
  readonly #known = new KnownRecords()
  readonly #told = new Set<string>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Reads the record. `last` is the time at which the newest record seen so far was saved, looked up before
   * the read: a record that another process saves in between can only be newer. Throws CREDENTIAL_UNREADABLE,
   * also for an older grant, or KEYCHAIN_*. Null: there is none.
   */
  async read(ref: CredentialRef, last: Date | null): Promise<Found | null> {
    const stored = await this.#ports.store.read(credentialKey(ref))
    if (stored === null) return null
    const record = this.#known.check(stored.value, ref)
    const { credential, savedAt } = decodeRecord(record)
    if (isBefore(savedAt, last)) this.#reportOlder(credential)
    const { isKnown } = record
    return { credential, backend: stored.backend, savedAt, isAhead: isBefore(last, savedAt), isKnown }
  }

  #reportOlder({ kind, ref }: Credential): void {
    const key = credentialKey(ref)
    const isGrant = kind === 'oauth'
    if (!this.#told.has(key)) this.#ports.warn(`${olderOf(ref)} ${isGrant ? REFUSED : USED}`)
    this.#told.add(key)
    if (isGrant) throw new VaultError('CREDENTIAL_UNREADABLE', { message: OLDER_GRANT })
  }
}

const OLDER_GRANT =
  'The entry is older than the one Latchkey stored last and was left untouched. Sign in again to replace it.'
const REFUSED = 'It is not used, because a refresh token must not be spent twice. Sign in again.'
const USED = 'It is used as it is; if you want another value, store it again.'

function olderOf({ service, account }: CredentialRef): string {
  return `The entry of ${service} (${account}) is older than the one Latchkey stored last. An earlier copy was put back, perhaps from a backup.`
}

/** Returns the save time of a new record: now, or one millisecond after the last save if that is later. */
export function nextSaveTime(last: Date | null, now: Date): Date {
  return last === null || last < now ? now : new Date(last.getTime() + 1)
}

/**
 * Returns whether a save time is before the other. A record without a time is older than any record with one.
 */
export function isBefore(one: Date | null, other: Date | null): boolean {
  return other !== null && (one === null || one < other)
}
