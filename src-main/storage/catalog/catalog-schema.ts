import { DatabaseSync } from 'node:sqlite'
import { VaultError } from '#shared/problem.ts'

/**
 * Migrations, one per version; entry n takes a database from version n to n + 1. `intents` is the journal:
 * the keys in it were being saved or removed when their writer stopped. A credential that is being saved for
 * the first time has an intent and no row yet.
 */
const migrations: readonly string[] = [
  `CREATE TABLE credentials (
     key TEXT PRIMARY KEY,
     service TEXT NOT NULL,
     account TEXT NOT NULL,
     kind TEXT NOT NULL,
     backend TEXT NOT NULL,
     details TEXT NOT NULL,
     health TEXT NOT NULL,
     last_used_at TEXT
   ) STRICT;
   CREATE TABLE intents (
     key TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('save', 'remove')),
     begun_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  // Time at which the newest record seen so far was saved: an older record is a copy that was put back.
  'ALTER TABLE credentials ADD COLUMN saved_at TEXT;',
  // Refreshes that have begun: `spent` is a salted mark of the refresh token, not the token.
  `CREATE TABLE refreshes (
     key TEXT PRIMARY KEY,
     salt TEXT NOT NULL,
     spent TEXT NOT NULL,
     step TEXT NOT NULL CHECK (step IN ('asked', 'answered')),
     begun_at TEXT NOT NULL
   ) STRICT;`,
  // Sign-outs that the provider did not confirm, without any part of a token. Numbers are not reused.
  `CREATE TABLE sign_outs (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL,
     account TEXT NOT NULL,
     host TEXT NOT NULL,
     page TEXT,
     at TEXT NOT NULL,
     told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1))
   ) STRICT;`,
  // What a person has written about an entry. In a table of its own, because a refresh replaces the row of the entry.
  `CREATE TABLE labels (
     key TEXT PRIMARY KEY,
     value TEXT NOT NULL
   ) STRICT;`
]

const CATALOG_VERSION = migrations.length

/**
 * Brings the database to the current version. Throws CONFIG_INVALID if a newer Latchkey wrote it, and
 * CREDENTIAL_UNREADABLE as `requireOwnSchema`; the database is then unchanged.
 */
export function migrate(database: DatabaseSync): void {
  const version = versionOf(database)
  requireOwnSchema(database)
  if (version === CATALOG_VERSION) return
  if (version > CATALOG_VERSION) {
    throw new VaultError('CONFIG_INVALID', {
      message: 'The catalog was written by a newer Latchkey. It was left untouched; update Latchkey.'
    })
  }
  database.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have migrated while this one waited for the lock.
    for (const step of migrations.slice(versionOf(database))) database.exec(step)
    database.exec(`PRAGMA user_version = ${CATALOG_VERSION}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/**
 * Throws CREDENTIAL_UNREADABLE unless the database has exactly the tables of its version. A view in place of
 * a table can yield millions of rows from a small file, and a trigger can write rows of its own. In a version
 * newer than this Latchkey only tables and their indexes are accepted.
 */
export function requireOwnSchema(database: DatabaseSync): void {
  const version = versionOf(database)
  const found = schemaOf(database)
  const isOwn =
    version > CATALOG_VERSION
      ? found.every((object) => /^(?:table \w+ create table|index \w+ $)/i.test(object))
      : String(found) === String(ownSchema(version))
  if (isOwn) return
  throw new VaultError('CREDENTIAL_UNREADABLE', {
    message: 'The catalog has unexpected tables. It was left untouched.'
  })
}

const ownSchemas = new Map<number, readonly string[]>()

function ownSchema(version: number): readonly string[] {
  const known = ownSchemas.get(version)
  if (known !== undefined) return known
  const fresh = new DatabaseSync(':memory:')
  for (const step of migrations.slice(0, version)) fresh.exec(step)
  const schema = schemaOf(fresh)
  fresh.close()
  ownSchemas.set(version, schema)
  return schema
}

/** Objects that SQLite maintains itself; their contents are in the file. */
const selfKept = /^(?:table sqlite_(?:sequence|stat1|stat4)|index sqlite_autoindex_\w+) /

/** Returns `type name sql` of every object, without those that SQLite maintains itself. */
function schemaOf(database: DatabaseSync): readonly string[] {
  const rows = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  return rows
    .map(
      ({ type, name, sql }) => `${String(type)} ${String(name)} ${String(sql ?? '').replaceAll(/\s+/g, ' ')}`
    )
    .filter((object) => !selfKept.test(object))
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}
