import { isDeepStrictEqual } from 'node:util'
import { credentialKey, type BackendId, type CredentialRef } from '#shared/credential.ts'
import { isEntryProblem, VaultError } from '#shared/problem.ts'
import { storeNames } from '#shared/store-names.ts'
import type { Credential } from '../../core/credential-record.ts'
import { toCatalogEntry } from '../../core/catalog-entry.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import type { IntentSettler } from './intent-settler.ts'
import type { Found, StoredRecords } from './stored-records.ts'

const GONE = 'The entry is no longer in its store. Sign in again to replace it.'

type Ports = {
  readonly store: Pick<CredentialStore, 'id'>
  readonly catalog: Catalog
  readonly records: StoredRecords
  readonly intents: IntentSettler
}

/** Reads whole credentials and updates their rows from them. */
export class CredentialLoader {
  readonly #ports: Ports
  /** Rows that agreed with the record when it was last read, with the backend that held it. */
  readonly #agreed = new WeakMap<object, BackendId>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Returns the credential; the caller holds the turn of its key. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*.
   * Null: there is none.
   */
  async load(ref: CredentialRef): Promise<Credential | null> {
    const { catalog, records, intents } = this.#ports
    const key = credentialKey(ref)
    let known = catalog.look(key)
    if (known.intent) {
      await intents.settle(key, known.intent)
      known = catalog.look(key)
    }
    if (!known.entry) return null
    try {
      const found = await records.read(ref, known.savedAt)
      if (!found) throw this.#missing(key)
      this.#follow(key, known.row, found)
      return found.credential
    } catch (error) {
      if (isEntryProblem(error)) catalog.setHealth(ref, { kind: 'unreadable', code: error.code })
      throw error
    }
  }

  /**
   * Returns the error for a missing record. It may be in another store, if the configuration was changed by
   * hand.
   */
  #missing(key: string): VaultError {
    const named = this.#ports.catalog.backendOf(key)
    const { id } = this.#ports.store
    const isHere = named === null || named === id || (id === 'keychain' && named === 'encrypted-file')
    return new VaultError('CREDENTIAL_UNREADABLE', { message: isHere ? GONE : liesElsewhere(named, id) })
  }

  /** Updates the row, unless the same text in the same backend already agreed with this row. */
  #follow(key: string, row: object | null, found: Found): void {
    if (row === null) return
    if (found.isKnown && !found.isAhead && this.#agreed.get(row) === found.backend) return
    this.#agreed.delete(row)
    if (this.#agrees(key, row, found)) this.#agreed.set(row, found.backend)
  }

  /**
   * Returns whether the row agrees with its record. False: the row was updated from the record (a health
   * other than unreadable belongs to the row and stays), or the row has changed since the record was read and
   * may belong to a newer record.
   */
  #agrees(key: string, row: object, found: Found): boolean {
    const { catalog } = this.#ports
    const { entry, row: rowNow } = catalog.look(key)
    if (!entry) return false
    const fromRecord = toCatalogEntry(found.credential, found.backend, entry)
    const health = entry.health.kind === 'unreadable' ? fromRecord.health : entry.health
    const corrected = { ...fromRecord, health }
    if (!found.isAhead && isDeepStrictEqual(entry, corrected)) return rowNow === row
    catalog.put(corrected, found.savedAt, row)
    return false
  }
}

function liesElsewhere(named: BackendId, inUse: BackendId): string {
  return `This entry is in ${storeNames[named]}, but the store in use is ${storeNames[inUse]}. Move it, or change the store back.`
}
