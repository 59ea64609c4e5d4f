import { DatabaseSync } from 'node:sqlite'
import { lstat } from 'node:fs/promises'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import type { CatalogView } from '../core/doctor-ports.ts'
import { decodeEntry } from './catalog-codec.ts'
import type { CatalogRow } from './catalog-codec.ts'
import type { Catalog } from './catalog.ts'
import { decodeCredential } from './credential-codec.ts'
import { credentialKey } from '#shared/credential.ts'
import { parseJson } from './envelope.ts'
import type { SecureStore } from './secure-store.ts'

/** The catalog of a vault that is open in this process. */
export function viewOf(catalog: Pick<Catalog, 'list' | 'keys' | 'intents'>): CatalogView {
  return { entries: catalog.list(), keys: catalog.keys(), intents: catalog.intents().length }
}

/** A catalog seen from outside, with the preferences that decide about the store. */
export type CatalogFile = CatalogView & { readonly preference: (name: string) => unknown }

/**
 * The catalog of a vault that may be open elsewhere: read only, so nothing is migrated, closed to others or locked
 * for its owner. Null: there is none. Throws CREDENTIAL_UNREADABLE.
 */
export async function readCatalogFile(path: string): Promise<CatalogFile | null> {
  if ((await lstat(path).catch(() => null)) === null) return null
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 })
    try {
      return fileView(database)
    } finally {
      database.close()
    }
  } catch (error) {
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'The catalog can’t be read. It was left untouched.',
      cause: error
    })
  }
}

function fileView(database: DatabaseSync): CatalogFile {
  const rows = <Row>(sql: string): Row[] => database.prepare(sql).all() as unknown as Row[]
  const stored = rows<CatalogRow>('SELECT * FROM credentials ORDER BY key')
  const intents = rows<{ key: string; kind: string }>('SELECT key, kind FROM intents')
  const preferences = new Map(
    rows<{ name: string; value: string }>('SELECT name, value FROM preferences').map(
      ({ name, value }) => [name, parseJson(value)] as const
    )
  )
  const going = new Set(intents.filter(({ kind }) => kind === 'remove').map(({ key }) => key))
  return {
    entries: stored.filter(({ key }) => !going.has(key)).map(decodeEntry),
    keys: [...new Set([...stored, ...intents].map(({ key }) => key))].toSorted(),
    intents: intents.length,
    preference: (name) => preferences.get(name) ?? null
  }
}

/** Whether a stored entry can be opened; what is read is let go at once. Throws KEYCHAIN_*. */
export async function readStoredEntry(
  store: Pick<SecureStore, 'read'>,
  { ref }: CatalogEntry
): Promise<'readable' | 'absent' | 'unreadable'> {
  try {
    const stored = await store.read(credentialKey(ref))
    if (stored === null) return 'absent'
    decodeCredential(stored.value, ref)
    return 'readable'
  } catch (error) {
    if (error instanceof VaultError && error.code !== 'CREDENTIAL_UNREADABLE') throw error
    return 'unreadable'
  }
}
