import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import type { EntryLabels } from '#shared/entry-labels.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { CatalogEntry, Credential, CredentialHealth } from '../../core/credential-record.ts'
import { KeyedQueue } from '../../core/keyed-queue.ts'
import type { Clock, CredentialRepository } from '../../core/ports.ts'
import { toCatalogEntry } from '../../core/catalog-entry.ts'
import { refOfKey } from '../catalog/catalog-codec.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { CredentialLoader } from './credential-loader.ts'
import { encodeCredential } from '../records/credential-codec.ts'
import { IntentSettler } from './intent-settler.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import { withDeadline } from '../store/deadline.ts'
import { StoredRecords } from './stored-records.ts'

const CLOSE_MS = 300
const RECOVER_MS = 3000
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
  /**
   * Called with a sentence for a person about an older copy that was put back; the sentence names the entry.
   */
  readonly warn?: (sentence: string) => void
}

/**
 * Credentials over the secure store and the catalog. The stored record is the truth and the catalog's row is
 * its index; an intent in the catalog marks a key where the two may disagree (docs/adr/0002). Owns both and
 * closes them.
 */
export class StoredCredentialRepository implements CredentialRepository {
  readonly #store: CredentialRepositoryPorts['store']
  readonly #catalog: Catalog
  readonly #clock: Pick<Clock, 'now'>
  readonly #intents: IntentSettler
  readonly #loader: CredentialLoader
  readonly #queue = new KeyedQueue()
  /** By key, the load that has not begun and is the last in the queue. */
  readonly #waiting = new Map<string, Promise<Credential | null>>()
  /** Keys of credentials that wait to be removed and can be put back. Each has an intent to remove it. */
  readonly #aside = new Set<string>()

  constructor({ store, catalog, clock, warn = () => undefined }: CredentialRepositoryPorts) {
    this.#store = store
    this.#catalog = catalog
    this.#clock = clock
    const records = new StoredRecords({ store, warn })
    this.#intents = new IntentSettler({ store, catalog, clock, records })
    this.#loader = new CredentialLoader({ store, catalog, records, intents: this.#intents })
  }

  /** Who asks while a load of the same credential waits for its turn shares its result: it is read after both asked. */
  load(ref: CredentialRef): Promise<Credential | null> {
    const key = credentialKey(ref)
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) return waiting
    const load = this.#inTurn(key, () => {
      if (this.#waiting.get(key) === load) this.#waiting.delete(key)
      return this.#aside.has(key) ? Promise.resolve(null) : this.#loader.load(ref)
    })
    this.#waiting.set(key, load)
    return load
  }

  prepare(ref: CredentialRef): void {
    this.#store.prepare?.(credentialKey(ref))
  }

  save(credential: Credential): Promise<CatalogEntry> {
    return this.#inTurn(credentialKey(credential.ref), () => this.#save(credential))
  }

  remove(ref: CredentialRef): Promise<boolean> {
    return this.#inTurn(credentialKey(ref), () => this.#remove(ref))
  }

  setAside(ref: CredentialRef): Promise<boolean> {
    const key = credentialKey(ref)
    return this.#inTurn(key, async () => {
      if (this.#catalog.find(ref) === null) return false
      this.#aside.add(key)
      try {
        this.#catalog.hide(key, this.#clock.now())
      } catch (error) {
        this.#aside.delete(key)
        throw error
      }
      return true
    })
  }

  putBack(ref: CredentialRef): Promise<CatalogEntry | null> {
    const key = credentialKey(ref)
    return this.#inTurn(key, async () => {
      if (!this.#aside.delete(key)) return null
      try {
        this.#catalog.settle(key)
      } catch (error) {
        // Its intent is still there, and only what is set aside is safe from it.
        this.#aside.add(key)
        throw error
      }
      return this.#catalog.find(ref)
    })
  }

  removeSetAside(ref: CredentialRef): Promise<boolean> {
    const key = credentialKey(ref)
    return this.#inTurn(key, async () => this.#aside.has(key) && (await this.#remove(ref)))
  }

  isSetAside(ref: CredentialRef): boolean {
    return this.#aside.has(credentialKey(ref))
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

  setLabels(ref: CredentialRef, labels: EntryLabels | null): CatalogEntry | null {
    return this.#catalog.setLabels(ref, labels)
  }

  /**
   * Settles the intents. Those that can't be settled now, because the keychain does not answer, are left for
   * the next load or start. Resolves after three seconds at the latest; work that waits for an unlock
   * continues alone.
   */
  async recover(): Promise<void> {
    await withDeadline(this.#settleAll(), RECOVER_MS).catch(() => undefined)
  }

  /**
   * Returns the keys of credentials that are in the store but not in the catalog. Throws KEYCHAIN_*,
   * VAULT_LOCKED.
   */
  async unlisted(): Promise<readonly string[]> {
    return unlistedKeys(await this.#store.find(), this.#catalog.keys())
  }

  /**
   * Lists the stored record of this key; a record that can't be read stays unlisted. Throws KEYCHAIN_*. Null:
   * nothing was listed.
   */
  takeBack(key: string): Promise<CatalogEntry | null> {
    const ref = refOfKey(key)
    if (ref === null) return Promise.resolve(null)
    return this.#inTurn(key, async () => {
      if (this.#catalog.find(ref) !== null) return null
      await this.#intents.settle(key, 'save')
      const entry = this.#catalog.find(ref)
      if (entry?.health.kind !== 'unreadable') return entry
      this.#catalog.remove(key)
      return null
    })
  }

  storageHealth(): Promise<StorageHealth> {
    return this.#store.health()
  }

  idle(): Promise<void> {
    return this.#queue.idle()
  }

  /**
   * Waits a moment for running work, then closes. Work in a hung keychain is cut off; the next start recovers
   * it.
   */
  async close(): Promise<void> {
    await withDeadline(this.#queue.idle(), CLOSE_MS).catch(() => undefined)
    await this.#store.close()
    await withDeadline(this.#queue.idle(), CLOSE_MS).catch(() => undefined)
    this.#catalog.close()
  }

  #inTurn<T>(key: string, task: () => Promise<T>): Promise<T> {
    this.#waiting.delete(key) // a later load has to see what this task does
    return this.#queue.run(key, task)
  }

  async #settleAll(): Promise<void> {
    await this.#store.tidy().catch(() => undefined)
    for (const { key, kind } of this.#catalog.intents()) {
      await this.#inTurn(key, async () => {
        if (!this.#aside.has(key)) await this.#intents.settle(key, kind)
      }).catch(() => undefined)
    }
  }

  async #save(credential: Credential): Promise<CatalogEntry> {
    const { ref } = credential
    const key = credentialKey(ref)
    const now = this.#clock.now()
    const savedAt = nextSaveTime(this.#catalog.look(key).savedAt, now)
    const text = encodeCredential(credential, savedAt)
    this.#aside.delete(key)
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
    const existed = this.#aside.delete(key) || this.#catalog.find(ref) !== null
    this.#catalog.begin(key, 'remove', this.#clock.now())
    try {
      const deleted = await this.#store.delete(key)
      this.#catalog.remove(key)
      return deleted || existed
    } catch (error) {
      // The credential may still be there, so it is listed again.
      this.#catalog.settle(key)
      throw error
    }
  }
}

/** Returns the keys of credentials in a store that are not listed. */
export function unlistedKeys(found: readonly string[], listed: readonly string[]): readonly string[] {
  const known = new Set(listed)
  return found.filter((key) => !known.has(key) && refOfKey(key) !== null)
}

/**
 * Returns whether the store refused before anything was written. After other failures the state is unknown,
 * and the intent stays.
 */
function isRefused(error: unknown): boolean {
  return error instanceof VaultError && refusals.includes(error.code)
}

/** Returns the save time of a new record: now, or one millisecond after the last save if that is later. */
function nextSaveTime(last: Date | null, now: Date): Date {
  return last === null || last < now ? now : new Date(last.getTime() + 1)
}
