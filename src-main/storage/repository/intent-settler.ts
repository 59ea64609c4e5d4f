import { isEntryProblem } from '#shared/problem.ts'
import type { CredentialRef } from '#shared/credential.ts'
import type { Clock } from '../../core/ports.ts'
import { toCatalogEntry, unreadableEntry } from '../../core/catalog-entry.ts'
import { refOfKey } from '../catalog/catalog-codec.ts'
import type { Catalog, IntentKind } from '../catalog/catalog.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import type { StoredRecords } from './stored-records.ts'

type Ports = {
  readonly store: Pick<CredentialStore, 'delete'>
  readonly catalog: Catalog
  readonly clock: Pick<Clock, 'now'>
  readonly records: StoredRecords
}

/** Finishes changes that a crash has interrupted. The record in the store is the truth, old or new. */
export class IntentSettler {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Settles the intent; the caller holds the turn of its key. Throws KEYCHAIN_* with nothing changed. */
  async settle(key: string, kind: IntentKind): Promise<void> {
    const { catalog, store } = this.#ports
    const ref = refOfKey(key)
    if (!ref) return catalog.settle(key)
    if (kind === 'save') return this.#settleSave(key, ref)
    await store.delete(key)
    catalog.remove(key)
  }

  async #settleSave(key: string, ref: CredentialRef): Promise<void> {
    const { catalog, records, clock } = this.#ports
    try {
      const found = await records.read(ref, catalog.look(key).savedAt)
      if (found)
        catalog.put(toCatalogEntry(found.credential, found.backend, catalog.find(ref)), found.savedAt)
      else this.#settleAbsent(key, ref)
    } catch (error) {
      if (!isEntryProblem(error)) throw error
      const entry = catalog.find(ref) ?? unreadableEntry(ref, 'api-key', clock.now())
      catalog.put({ ...entry, health: { kind: 'unreadable', code: error.code } })
    }
  }

  /**
   * Settles a save without a record: a first save leaves no entry, an entry that existed stays and is marked
   * as unreadable.
   */
  #settleAbsent(key: string, ref: CredentialRef): void {
    const { catalog } = this.#ports
    catalog.settle(key)
    catalog.setHealth(ref, { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' })
  }
}
