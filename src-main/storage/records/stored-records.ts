import { credentialKey } from '#shared/credential.ts'
import type { BackendId, CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../../core/credential-record.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { decodeRecord } from './credential-codec.ts'
import type { CredentialStore } from '../credential-store.ts'

/** `isAhead`: the record was saved after the newest that its row knows of. */
export type Found = {
  readonly credential: Credential
  readonly backend: BackendId
  readonly savedAt: Date | null
  readonly isAhead: boolean
}

type Ports = {
  readonly store: Pick<CredentialStore, 'read'>
  readonly catalog: Pick<Catalog, 'savedAt'>
  readonly warn: (sentence: string) => void
}

/**
 * Reads records and tells those that are older than the newest that was stored: somebody has put an earlier copy back.
 * An older key or token of somebody else's is handed out; an older grant is not, because its refresh token may be spent
 * already, and a provider that sees one twice ends the whole grant (RFC 9700 section 4.14.2).
 */
export class StoredRecords {
  readonly #ports: Ports
  readonly #told = new Set<string>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Null: there is none. Throws CREDENTIAL_UNREADABLE, also for an older grant, or KEYCHAIN_*. */
  async read(ref: CredentialRef): Promise<Found | null> {
    const key = credentialKey(ref)
    // Asked before the record is: what another process stores in between can only be newer.
    const last = this.#ports.catalog.savedAt(key)
    const stored = await this.#ports.store.read(key)
    if (stored === null) return null
    const { credential, savedAt } = decodeRecord(stored.value, ref)
    if (isBefore(savedAt, last)) this.#reportOlder(credential)
    return { credential, backend: stored.backend, savedAt, isAhead: isBefore(last, savedAt) }
  }

  /** The time to save a record with: now, and later than every one before it, whatever the clock says. */
  nextSaveTime(key: string, now: Date): Date {
    const last = this.#ports.catalog.savedAt(key)
    return last === null || last < now ? now : new Date(last.getTime() + 1)
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
const USED = 'It is used as it is; store it again if it should be another.'

function olderOf({ service, account }: CredentialRef): string {
  return `The entry of ${service} (${account}) is older than the one Latchkey stored last. An earlier copy was put back, perhaps from a backup.`
}

/** A record without a time is older than any with one. */
export function isBefore(one: Date | null, other: Date | null): boolean {
  return other !== null && (one === null || one < other)
}
