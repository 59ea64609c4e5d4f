import { lstat } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'
import { credentialKey } from '#shared/credential.ts'
import { isEntryProblem, VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../../core/credential-record.ts'
import type { CatalogView, StoredEntryState } from '../../core/doctor/doctor-ports.ts'
import { decodeEntry, type CatalogRow } from '../catalog/catalog-codec.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { requireOwnSchema } from '../catalog/catalog-schema.ts'
import { decodeSignOut, selectSignOuts, type SignOutRow } from '../catalog/catalog-database.ts'
import type { SignOutNotes } from '../../core/sign-in/sign-out-notes.ts'
import { checkRecord } from '../records/credential-codec.ts'
import type { SecureStore } from '../secure-store.ts'
import { isBefore } from '../repository/stored-records.ts'
import { openSqlite, readSqlite } from '../files/sqlite-file.ts'
import { parseJson } from '../files/json-text.ts'

/**
 * Returns the view of a catalog that is open in this process. `isSetAside`: the entry of a key waits to be removed, which
 * is no interruption.
 */
export function viewOf(
  catalog: Pick<Catalog, 'list' | 'keys' | 'intents' | 'look' | 'signOuts'>,
  isSetAside: (key: string) => boolean
): CatalogView {
  return {
    entries: catalog.list(),
    keys: catalog.keys(),
    intents: catalog.intents().filter(({ key }) => !isSetAside(key)).length,
    signOuts: catalog.signOuts.list(),
    savedAt: (key) => catalog.look(key).savedAt
  }
}

/** A catalog as seen from outside, with the preferences that decide about the store. */
export type CatalogFile = CatalogView & {
  readonly signOuts: ReturnType<SignOutNotes['list']>
  readonly preference: (name: string) => unknown
}

/**
 * Reads the catalog of a vault that may be open elsewhere. It is opened read-only, so it is not migrated,
 * locked or closed to others. Throws CREDENTIAL_UNREADABLE. Null: there is none.
 */
export async function readCatalogFile(path: string): Promise<CatalogFile | null> {
  if (!(await exists(path))) return null
  try {
    const database = readSqlite(path, 2000)
    try {
      requireOwnSchema(database)
      return fileView(database)
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof VaultError) throw error
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'The catalog can’t be read. It was left untouched.',
      cause: error
    })
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}

/** SQLITE_BUSY and SQLITE_LOCKED, compared with the low byte of an extended code. */
const IN_USE: readonly unknown[] = [5, 6]

/**
 * True while any process has this catalog open. Changes nothing. False also for a file that is not a catalog
 * or can't be opened or written: opening it reports that.
 */
export function isCatalogInUse(path: string): boolean {
  let database: DatabaseSync | null = null
  try {
    database = openSqlite(path, { timeout: 0 })
    // In this mode SQLite needs the file alone; every other open connection prevents it.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK')
    return false
  } catch (error) {
    const { errcode } = error as { errcode?: unknown }
    return typeof errcode === 'number' && IN_USE.includes(errcode & 0xff)
  } finally {
    database?.close()
  }
}

function fileView(database: DatabaseSync): CatalogFile {
  const rows = <Row>(sql: string): Row[] => database.prepare(sql).all() as unknown as Row[]
  const stored = rows<CatalogRow & { readonly saved_at?: string | null }>(
    'SELECT * FROM credentials ORDER BY key'
  )
  // A catalog of the first version lacks this column.
  const savedAt = new Map(stored.map(({ key, saved_at: at }) => [key, at ? new Date(at) : null] as const))
  // A catalog before version 4 lacks this table.
  const hasSignOuts = rows("SELECT 1 FROM sqlite_schema WHERE name = 'sign_outs'").length > 0
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
    signOuts: hasSignOuts ? rows<SignOutRow>(selectSignOuts).map(decodeSignOut) : [],
    savedAt: (key) => savedAt.get(key) ?? null,
    preference: (name) => preferences.get(name) ?? null
  }
}

/**
 * Returns whether a stored entry can be opened and is the one saved last; the value is dropped at once.
 * Throws KEYCHAIN_*.
 */
export async function readStoredEntry(
  store: Pick<SecureStore, 'read'>,
  { ref }: CatalogEntry,
  last: Date | null
): Promise<StoredEntryState> {
  try {
    const stored = await store.read(credentialKey(ref))
    if (stored === null) return 'absent'
    const { savedAt } = checkRecord(stored.value, ref)
    return isBefore(savedAt, last) ? 'older' : 'readable'
  } catch (error) {
    if (error instanceof VaultError && !isEntryProblem(error)) throw error
    return error instanceof VaultError && error.code === 'KEYCHAIN_DUPLICATE' ? 'duplicate' : 'unreadable'
  }
}
