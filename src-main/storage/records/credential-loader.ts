import { isDeepStrictEqual } from 'node:util'
import { credentialKey } from '#shared/credential.ts'
import type { BackendId, CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { storeNames } from '#shared/stores.ts'
import type { Credential } from '../../core/credential-record.ts'
import { toCatalogEntry } from '../catalog/catalog-entry.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { CredentialStore } from '../credential-store.ts'
import type { IntentSettler } from './intent-settler.ts'
import { isUnreadable } from './stored-records.ts'
import type { Found, StoredRecords } from './stored-records.ts'

const GONE = 'The entry is no longer in its store. Sign in again to replace it.'

type Ports = {
  readonly store: Pick<CredentialStore, 'id'>
  readonly catalog: Catalog
  readonly records: StoredRecords
  readonly intents: IntentSettler
}

type Agreed = { readonly row: object; readonly backend: BackendId }

/** Reads whole credentials and lets their rows follow them. */
export class CredentialLoader {
  readonly #ports: Ports
  /** The row that the record of a key, as it was read last, was found to agree with, and where the record lay. */
  readonly #agreed = new Map<string, Agreed>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** For the credential's own turn. Null: there is none. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*. */
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
      if (isUnreadable(error)) catalog.setHealth(ref, { kind: 'unreadable', code: error.code })
      throw error
    }
  }

  /** Another store may hold it: one that the configuration was changed away from by hand. */
  #missing(key: string): VaultError {
    const named = this.#ports.catalog.backendOf(key)
    const { id } = this.#ports.store
    const isHere = named === null || named === id || (id === 'keychain' && named === 'encrypted-file')
    return new VaultError('CREDENTIAL_UNREADABLE', { message: isHere ? GONE : liesElsewhere(named, id) })
  }

  /** The same text in the same place beside the same row agrees with it as it did before; all else is compared. */
  #follow(key: string, row: object | null, found: Found): void {
    const agreed = this.#agreed.get(key)
    const isSame = agreed !== undefined && agreed.row === row && agreed.backend === found.backend
    if (isSame && found.isKnown && !found.isAhead) return
    this.#agreed.delete(key)
    const agreeing = this.#correct(key, found)
    if (agreeing) this.#agreed.set(key, { row: agreeing, backend: found.backend })
  }

  /**
   * A row that disagrees with the record it stands for follows it; health other than unreadable is the row's own. The row
   * that agreed; null: there is none, or it had to be written.
   */
  #correct(key: string, found: Found): object | null {
    const { catalog } = this.#ports
    const { entry, row } = catalog.look(key)
    if (!entry) return null
    const fromRecord = toCatalogEntry(found.credential, found.backend, entry)
    const health = entry.health.kind === 'unreadable' ? fromRecord.health : entry.health
    const corrected = { ...fromRecord, health }
    if (!found.isAhead && isDeepStrictEqual(entry, corrected)) return row
    catalog.put(corrected, found.savedAt)
    return null
  }
}

function liesElsewhere(named: BackendId, inUse: BackendId): string {
  return `This entry lies in ${storeNames[named]}, and the store in use is ${storeNames[inUse]}. Move it, or change the store back.`
}
