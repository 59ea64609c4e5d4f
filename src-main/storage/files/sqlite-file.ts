import { lstatSync } from 'node:fs'
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { VaultError } from '#shared/problem.ts'

/** What SQLite opens beside a database. */
const COMPANIONS = ['', '-wal', '-shm', '-journal']

/**
 * Opens a database of SQLite, every file of which is a regular one or not there: SQLite reads a pipe for ever and
 * follows a link. `path`: absolute, or a `file:` address with options of SQLite's. Throws CREDENTIAL_UNREADABLE for
 * anything else in their place, and what SQLite throws.
 */
export function openSqlite(path: string | URL, options: DatabaseSyncOptions): DatabaseSync {
  const file = path instanceof URL ? fileURLToPath(new URL(path.pathname, 'file:')) : path
  for (const end of COMPANIONS) {
    const found = lstatSync(`${file}${end}`, { throwIfNoEntry: false })
    if (found === undefined || found.isFile()) continue
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'In the place of a file of the data folder lies a pipe, a link or a folder. Take it away.'
    })
  }
  return new DatabaseSync(path, options)
}

/**
 * Opens a database to read it, which leaves nothing beside it: SQLite makes a log even for who only reads, and a reader
 * can not take it away. One that has a log is in use, and is read with it. Throws as `openSqlite`.
 */
export function readSqlite(path: string, timeout: number): DatabaseSync {
  const address = pathToFileURL(path)
  const isInUse = lstatSync(`${path}-wal`, { throwIfNoEntry: false }) !== undefined
  if (!isInUse) address.searchParams.set('immutable', '1')
  return openSqlite(address, { readOnly: true, timeout })
}
