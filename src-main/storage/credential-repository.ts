import { isDeepStrictEqual } from 'node:util'
import { credentialKey } from '#shared/credential.ts'
import type { BackendId, CredentialRef } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { VaultError } from '#shared/problem.ts'
import { storeNames } from '#shared/stores.ts'
import type { ProblemCode } from '#shared/problem.ts'
import type { CatalogEntry, Credential, CredentialHealth } from '../core/credential-record.ts'
import { KeyedQueue } from '../core/keyed-queue.ts'
import type { Clock, CredentialRepository } from '../core/ports.ts'
import { toCatalogEntry, unreadableEntry } from './catalog/catalog-entry.ts'
import { refOfKey } from './catalog/catalog-codec.ts'
import type { Catalog, IntentKind } from './catalog/catalog.ts'
import { encodeCredential } from './records/credential-codec.ts'
import type { CredentialStore } from './credential-store.ts'
import { withDeadline } from './deadline.ts'
import { StoredRecords } from './records/stored-records.ts'
import type { Found } from './records/stored-records.ts'

const CLOSE_MS = 300
const RECOVER_MS = 3000
const GONE = 'The entry is no longer in its store. Sign in again to replace it.'
const refusals: readonly ProblemCode[] = [
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_DENIED',
  'VAULT_LOCKED',
  'INVALID_REQUEST'
]

export type CredentialRepositoryPorts = {
  readonly store: CredentialStore
  readonly catalog: Catalog
  readonly clock: Pick<Clock, 'now'>
  /** A sentence for a person about an older copy that was put back; names the entry. */
  readonly warn?: (sentence: string) => void
}

/**
 * Credentials over the secure store and the catalog. The stored record is the truth and the catalog's row its index;
 * an intent in the catalog says which of them may disagree (docs/adr/0002). Owns both and closes them.
 */
export class StoredCredentialRepository implements CredentialRepository {
  readonly #store: CredentialRepositoryPorts['store']
  readonly #catalog: Catalog
  readonly #clock: Pick<Clock, 'now'>
  readonly #records: StoredRecords
  readonly #queue = new KeyedQueue()

  constructor({ store, catalog, clock, warn = () => undefined }: CredentialRepositoryPorts) {
    this.#store = store
    this.#catalog = catalog
    this.#clock = clock
    this.#records = new StoredRecords({ store, catalog, warn })
  }

  load(ref: CredentialRef): Promise<Credential | null> {
    return this.#queue.run(credentialKey(ref), () => this.#load(ref))
  }

  save(credential: Credential): Promise<CatalogEntry> {
    return this.#queue.run(credentialKey(credential.ref), () => this.#save(credential))
  }

  remove(ref: CredentialRef): Promise<boolean> {
    return this.#queue.run(credentialKey(ref), () => this.#remove(ref))
  }

  list(): readonly CatalogEntry[] {
    return this.#catalog.list()
  }

  find(ref: CredentialRef): CatalogEntry | null {
    return this.#catalog.find(ref)
  }

  setHealth(ref: CredentialRef, health: CredentialHealth): CatalogEntry | null {
    return this.#catalog.setHealth(ref, health)
  }

  setLastUsed(ref: CredentialRef, at: Date): CatalogEntry | null {
    return this.#catalog.setLastUsed(ref, at)
  }

  /**
   * What can't be settled now, because the keychain does not answer, is left for the next load or start. Resolves
   * after three seconds at the latest; what waits for a person to unlock goes on alone.
   */
  async recover(): Promise<void> {
    await withDeadline(this.#settleAll(), RECOVER_MS).catch(() => undefined)
  }

  storageHealth(): Promise<StorageHealth> {
    return this.#store.health()
  }

  idle(): Promise<void> {
    return this.#queue.idle()
  }

  /** Lets what is under way finish for a moment; a hung keychain is cut off, and recovered from at the next start. */
  async close(): Promise<void> {
    await withDeadline(this.#queue.idle(), CLOSE_MS).catch(() => undefined)
    await this.#store.close()
    await withDeadline(this.#queue.idle(), CLOSE_MS).catch(() => undefined)
    this.#catalog.close()
  }

  async #settleAll(): Promise<void> {
    await this.#store.tidy().catch(() => undefined)
    for (const { key, kind } of this.#catalog.intents()) {
      await this.#queue.run(key, () => this.#settle(key, kind)).catch(() => undefined)
    }
  }

  async #load(ref: CredentialRef): Promise<Credential | null> {
    const key = credentialKey(ref)
    const intent = this.#catalog.intentOf(key)
    if (intent) await this.#settle(key, intent)
    if (!this.#catalog.find(ref)) return null
    try {
      const found = await this.#records.read(ref)
      if (!found) throw this.#missing(key)
      this.#correct(found)
      return found.credential
    } catch (error) {
      if (isUnreadable(error)) this.setHealth(ref, { kind: 'unreadable', code: error.code })
      throw error
    }
  }

  /** Another store may hold it: one that the configuration was changed away from by hand. */
  #missing(key: string): VaultError {
    const named = this.#catalog.backendOf(key)
    const { id } = this.#store
    const isHere = named === null || named === id || (id === 'keychain' && named === 'encrypted-file')
    return new VaultError('CREDENTIAL_UNREADABLE', { message: isHere ? GONE : liesElsewhere(named, id) })
  }

  async #save(credential: Credential): Promise<CatalogEntry> {
    const { ref } = credential
    const key = credentialKey(ref)
    const now = this.#clock.now()
    const savedAt = this.#records.nextSaveTime(key, now)
    const text = encodeCredential(credential, savedAt)
    this.#catalog.begin(key, 'save', now)
    try {
      const backend = await this.#store.put(key, text)
      const entry = toCatalogEntry(credential, backend, this.#catalog.find(ref))
      this.#catalog.put(entry, savedAt)
      return entry
    } catch (error) {
      if (isRefused(error)) this.#catalog.settle(key)
      throw error
    }
  }

  async #remove(ref: CredentialRef): Promise<boolean> {
    const key = credentialKey(ref)
    const existed = this.#catalog.find(ref) !== null
    this.#catalog.begin(key, 'remove', this.#clock.now())
    try {
      const deleted = await this.#store.delete(key)
      this.#catalog.remove(key)
      return deleted || existed
    } catch (error) {
      // It is still there as far as anybody knows, so it is listed again.
      this.#catalog.settle(key)
      throw error
    }
  }

  /** Finishes what was begun with a key. Throws KEYCHAIN_* with nothing changed. */
  async #settle(key: string, kind: IntentKind): Promise<void> {
    const ref = refOfKey(key)
    if (!ref) return this.#catalog.settle(key)
    if (kind === 'save') return this.#settleSave(key, ref)
    await this.#store.delete(key)
    this.#catalog.remove(key)
  }

  /** The record is the truth: an old one or a new one, whichever the crash left. */
  async #settleSave(key: string, ref: CredentialRef): Promise<void> {
    try {
      const found = await this.#records.read(ref)
      if (found) this.#catalog.put(entryOf(found, this.#catalog.find(ref)), found.savedAt)
      else this.#settleAbsent(key, ref)
    } catch (error) {
      if (!isUnreadable(error)) throw error
      const entry = this.#catalog.find(ref) ?? unreadableEntry(ref, 'api-key', this.#clock.now())
      this.#catalog.put({ ...entry, health: { kind: 'unreadable', code: error.code } })
    }
  }

  /** A first save that never arrived leaves nothing; an entry that was there stays and says that it can't be read. */
  #settleAbsent(key: string, ref: CredentialRef): void {
    this.#catalog.settle(key)
    this.#catalog.setHealth(ref, { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' })
  }

  /** A row that disagrees with the record it stands for follows it; health other than unreadable is the row's own. */
  #correct(found: Found): void {
    const row = this.#catalog.find(found.credential.ref)
    if (!row) return
    const fromRecord = entryOf(found, row)
    const health = row.health.kind === 'unreadable' ? fromRecord.health : row.health
    const corrected = { ...fromRecord, health }
    if (found.isAhead || !isDeepStrictEqual(row, corrected)) this.#catalog.put(corrected, found.savedAt)
  }
}

function entryOf({ credential, backend }: Found, former: CatalogEntry | null): CatalogEntry {
  return toCatalogEntry(credential, backend, former)
}

function isUnreadable(error: unknown): error is VaultError {
  return error instanceof VaultError && error.code === 'CREDENTIAL_UNREADABLE'
}

function liesElsewhere(named: BackendId, inUse: BackendId): string {
  return `This entry lies in ${storeNames[named]}, and the store in use is ${storeNames[inUse]}. Move it, or change the store back.`
}

/** The store said no before anything was written; after other failures nobody knows, and the intent stays. */
function isRefused(error: unknown): boolean {
  return error instanceof VaultError && refusals.includes(error.code)
}
