import { lstatSync } from 'node:fs'
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { VaultError } from '#shared/problem.ts'

/** Suffixes of a database and of the files that SQLite opens beside it. */
const COMPANIONS = ['', '-wal', '-shm', '-journal']

/**
 * Opens an SQLite database; each of its files must be a regular file or missing: SQLite reads a pipe for ever
 * and follows a link. `path` is absolute, or a `file:` address with options of SQLite. Throws
 * CREDENTIAL_UNREADABLE for a pipe, a link or a folder in their place, and the errors of SQLite.
 */
export function openSqlite(path: string | URL, options: DatabaseSyncOptions): DatabaseSync {
  const file = path instanceof URL ? fileURLToPath(new URL(path.pathname, 'file:')) : path
  for (const end of COMPANIONS) {
    const found = lstatSync(`${file}${end}`, { throwIfNoEntry: false })
    if (found === undefined || found.isFile()) continue
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'A file of the data folder is a pipe, a link or a folder. Move it away.'
    })
  }
  return new DatabaseSync(path, options)
}

/**
 * Opens a database read-only without leaving files beside it: SQLite makes a log even for a reader, who can't
 * remove it. A database with a log is in use and is read together with it. Throws as `openSqlite`.
 */
export function readSqlite(path: string, timeout: number): DatabaseSync {
  const address = pathToFileURL(path)
  const isInUse = lstatSync(`${path}-wal`, { throwIfNoEntry: false }) !== undefined
  if (!isInUse) address.searchParams.set('immutable', '1')
  return openSqlite(address, { readOnly: true, timeout })
}
