import type { DatabaseSync } from 'node:sqlite'
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

/** Throws CONFIG_INVALID, with nothing changed, if a newer Latchkey wrote the database. */
export function migrate(database: DatabaseSync): void {
  const version = versionOf(database)
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

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}
