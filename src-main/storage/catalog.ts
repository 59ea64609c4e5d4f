import { chmodSync, closeSync, constants, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { credentialKey } from '#shared/credential.ts'
import type { BackendId, CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry, CredentialHealth } from '../core/credential-record.ts'
import { decodeEntry, encodeEntry } from './catalog-codec.ts'
import type { CatalogRow } from './catalog-codec.ts'
import { migrate } from './catalog-schema.ts'
import { parseJson } from './envelope.ts'
import { ensurePrivateDir, PRIVATE_FILE_MODE } from './private-files.ts'

export type IntentKind = 'save' | 'remove'
type Intent = { readonly key: string; readonly kind: IntentKind }

/** The index of what is stored, without secrets. Every change is durable when its method returns. */
export type Catalog = {
  /** Entries that are not being removed, by key. */
  list(): CatalogEntry[]
  /** Null: none, or it is being removed. */
  find(ref: CredentialRef): CatalogEntry | null
  /** Also of an entry that is being removed. */
  backendOf(key: string): BackendId | null
  /** Of every entry and every intent. */
  keys(): string[]
  /** Writes down what is about to happen to a key. */
  begin(key: string, kind: IntentKind, at: Date): void
  intentOf(key: string): IntentKind | null
  intents(): Intent[]
  /** Nothing is about to happen any more. */
  settle(key: string): void
  /** Writes the entry and settles its key, in one transaction. */
  put(entry: CatalogEntry): void
  /** Removes the entry and settles its key, in one transaction. */
  remove(key: string): void
  /** Null: no such entry. Leaves an intent as it is. */
  setHealth(ref: CredentialRef, health: CredentialHealth): CatalogEntry | null
  setLastUsed(ref: CredentialRef, at: Date): CatalogEntry | null
  /** Null: there is none, or it is not JSON. */
  preference(name: string): unknown
  setPreference(name: string, value: unknown): void
  /** Idempotent. */
  close(): void
}

const upsert = `INSERT OR REPLACE INTO credentials
  (key, service, account, kind, backend, details, health, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
const visible = `FROM credentials WHERE key NOT IN (SELECT key FROM intents WHERE kind = 'remove')`

/**
 * Opens or makes the catalog, a file for its owner alone. Throws CONFIG_INVALID if a newer version wrote it,
 * CREDENTIAL_UNREADABLE if it is not a catalog (both leave it untouched), STORE_WRITE_FAILED.
 */
export async function openCatalog(path: string): Promise<Catalog> {
  await ensurePrivateDir(dirname(path))
  try {
    const database = openDatabase(path)
    return catalogOver(database)
  } catch (error) {
    if (error instanceof VaultError) throw error
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'The catalog can’t be read. It was left untouched.',
      cause: error
    })
  }
}

function openDatabase(path: string): DatabaseSync {
  // SQLite gives its -wal and -shm files the mode of the database itself.
  closeSync(
    openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), PRIVATE_FILE_MODE)
  )
  chmodSync(path, PRIVATE_FILE_MODE)
  const database = new DatabaseSync(path, { timeout: 5000 })
  try {
    migrateFirst(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrateFirst(database: DatabaseSync): void {
  migrate(database)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
}

function catalogOver(database: DatabaseSync): Catalog {
  const { rows, run, together } = statements(database)
  const settle = (key: string): void => run('DELETE FROM intents WHERE key = ?', key)
  const find = (ref: CredentialRef): CatalogEntry | null =>
    rows(`SELECT * ${visible} AND key = ?`, credentialKey(ref)).map(decodeEntry)[0] ?? null

  return {
    find,
    settle,
    list: () => rows(`SELECT * ${visible} ORDER BY key`).map(decodeEntry),
    backendOf: (key) =>
      rows('SELECT * FROM credentials WHERE key = ?', key).map(decodeEntry)[0]?.backend ?? null,
    keys: () =>
      rows('SELECT key FROM credentials UNION SELECT key FROM intents ORDER BY key').map(({ key }) => key),
    begin: (key, kind, at) =>
      run(
        'INSERT OR REPLACE INTO intents (key, kind, begun_at) VALUES (?, ?, ?)',
        key,
        kind,
        at.toISOString()
      ),
    intentOf: (key) => rows<Intent>('SELECT key, kind FROM intents WHERE key = ?', key)[0]?.kind ?? null,
    intents: () => rows<Intent>('SELECT key, kind FROM intents ORDER BY begun_at, key'),
    put: (entry) =>
      together(() => {
        const row = encodeEntry(entry)
        const { key, service, account, kind, backend, details, health, last_used_at: lastUsedAt } = row
        run(upsert, key, service, account, kind, backend, details, health, lastUsedAt)
        settle(key)
      }),
    remove: (key) =>
      together(() => {
        run('DELETE FROM credentials WHERE key = ?', key)
        settle(key)
      }),
    setHealth: (ref, health) => {
      run('UPDATE credentials SET health = ? WHERE key = ?', JSON.stringify(health), credentialKey(ref))
      return find(ref)
    },
    setLastUsed: (ref, at) => {
      run('UPDATE credentials SET last_used_at = ? WHERE key = ?', at.toISOString(), credentialKey(ref))
      return find(ref)
    },
    preference: (name) => {
      const [row] = rows<{ value: string }>('SELECT value FROM preferences WHERE name = ?', name)
      return row ? parseJson(row.value) : null
    },
    setPreference: (name, value) =>
      run('INSERT OR REPLACE INTO preferences (name, value) VALUES (?, ?)', name, JSON.stringify(value)),
    close: () => {
      if (database.isOpen) database.close()
    }
  }
}

type Statements = {
  readonly rows: <Row = CatalogRow>(sql: string, ...args: string[]) => Row[]
  readonly run: (sql: string, ...args: (string | null)[]) => void
  /** All of `work` or nothing of it. */
  readonly together: (work: () => void) => void
}

/** Throws CREDENTIAL_UNREADABLE for a read that fails and STORE_WRITE_FAILED for a write. */
function statements(database: DatabaseSync): Statements {
  const run: Statements['run'] = (sql, ...args) =>
    orThrow('STORE_WRITE_FAILED', () => void database.prepare(sql).run(...args))
  return {
    run,
    rows: <Row>(sql: string, ...args: string[]) =>
      orThrow('CREDENTIAL_UNREADABLE', () => database.prepare(sql).all(...args) as unknown as Row[]),
    together: (work) => {
      run('BEGIN IMMEDIATE')
      try {
        work()
        run('COMMIT')
      } catch (error) {
        run('ROLLBACK')
        throw error
      }
    }
  }
}

function orThrow<T>(code: 'CREDENTIAL_UNREADABLE' | 'STORE_WRITE_FAILED', work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError(code, { cause: error })
  }
}
