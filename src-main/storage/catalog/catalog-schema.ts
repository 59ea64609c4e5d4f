import { DatabaseSync } from 'node:sqlite'
import { VaultError } from '#shared/problem.ts'

/**
 * One entry per version; entry n takes a database from version n to n + 1. `intents` is the journal: a key in it was
 * being saved or removed when its writer stopped. A credential that is being saved for the first time has an intent
 * and no row yet.
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
  // When the newest record that was seen had been saved: an older one was put back by somebody.
  'ALTER TABLE credentials ADD COLUMN saved_at TEXT;',
  // A refresh that was begun: `spent` is a salted mark of the refresh token, never the token.
  `CREATE TABLE refreshes (
     key TEXT PRIMARY KEY,
     salt TEXT NOT NULL,
     spent TEXT NOT NULL,
     step TEXT NOT NULL CHECK (step IN ('asked', 'answered')),
     begun_at TEXT NOT NULL
   ) STRICT;`,
  // Sign-outs that the provider did not confirm; nothing of a token. A number is never given twice.
  `CREATE TABLE sign_outs (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL,
     account TEXT NOT NULL,
     host TEXT NOT NULL,
     page TEXT,
     at TEXT NOT NULL,
     told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1))
   ) STRICT;`
]

const CATALOG_VERSION = migrations.length

/**
 * Throws CONFIG_INVALID if a newer Latchkey wrote the database, CREDENTIAL_UNREADABLE as `requireOwnSchema`; nothing is
 * changed then.
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
 * Throws CREDENTIAL_UNREADABLE unless the database has the tables of its version and nothing else. A view in the place
 * of a table gives millions of rows from a small file, and a trigger writes what nobody asked for. Of a version that is
 * not known here, tables and their indexes are all that is taken.
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
    message: 'The catalog has other tables than Latchkey makes. It was left untouched.'
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

/** Kept by SQLite itself; their contents lie in the file. */
const selfKept = /^(?:table sqlite_(?:sequence|stat1|stat4)|index sqlite_autoindex_\w+) /

/** `type name sql` of everything but what SQLite keeps itself. */
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
