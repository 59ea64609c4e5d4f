import { createHmac, createSecretKey } from 'node:crypto'
import { chmodSync, closeSync, constants, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { VaultError } from '#shared/problem.ts'
import { auditRowFrom, auditText, checkpoint, cleaned, cleanField } from '../../core/use/audit-row.ts'
import type { AuditRow, AuditTrail, UnnumberedRow } from '../../core/use/audit-row.ts'
import { ensurePrivateDir, PRIVATE_FILE_MODE } from '../files/private-files.ts'
import { openSqlite } from '../files/sqlite-file.ts'
import { ACCEPT } from './acceptance.ts'
import { type AuditHead, type AuditReport, NO_HASH, type StoredRow, verifyChain } from './audit-head.ts'

/** Returns the 32 bytes of the key from the keychain. */
export type AuditKey = () => Promise<Uint8Array>

/** A log whose rows form a chain: the hash of a row covers its text, and the text holds the hash before it. */
export type AuditLog = AuditTrail & {
  /** Returns the newest row that this process knows, to be kept in a second place. */
  head(): AuditHead
  /**
   * Returns whether the log goes on from this head: its row is still there as it was, or was removed by age. Reads one
   * row. Throws CREDENTIAL_UNREADABLE.
   */
  goesOnFrom(head: Pick<AuditHead, 'seq' | 'hash'>): boolean
  /** Reads all rows, about half a second for 50,000. Null: there is no anchor. Never throws. */
  verify(anchor: AuditHead | null): AuditReport
  /** Idempotent. */
  close(): void
}

type Options = {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly now: () => Date
  /** With more rows than this, the oldest are removed; default: 50,000. */
  readonly keepRows?: number
}

const VERSION = 1
/**
 * Pages of the log of writes (4 KiB each) until SQLite moves them into the database, which waits for the disk. A row takes
 * two or three; with SQLite's own 1,000 one request in two hundred would wait.
 */
const PAGES_UNTIL_SYNC = 4000
/** Milliseconds to wait for another process that writes; this process answers nothing meanwhile. */
const LOCK_WAIT_MS = 1000
const NOT_WRITTEN = 'The audit log can’t be written, so nothing was done. Free some space, then try again.'

/** Columns that SQLite reads from the text of a row; null where the text is not JSON. */
const columns = ['at TEXT', 'kind TEXT', 'of INTEGER', 'client TEXT', 'credential TEXT', 'action TEXT']
  .map((column) => `${column} AS (iif(json_valid(text), text ->> '${column.split(' ')[0]}', NULL))`)
  .join(', ')

/**
 * The text is the row; the columns after it serve to find it. The triggers stop accidents only: a program
 * that writes the file can remove them. A row may be deleted once a checkpoint names it or a later one.
 */
const SCHEMA = `CREATE TABLE rows (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL, ${columns}) STRICT;
  CREATE INDEX rows_by_kind ON rows (kind, of);
  CREATE TRIGGER rows_do_not_change BEFORE UPDATE ON rows
    BEGIN SELECT raise(ABORT, 'A row of the audit log does not change.'); END;
  CREATE TRIGGER rows_stay BEFORE DELETE ON rows
    WHEN old.seq > coalesce((SELECT max(of) FROM rows WHERE kind = 'checkpoint'), 0)
    BEGIN SELECT raise(ABORT, 'A row of the audit log stays.'); END;`

/**
 * Opens the log or makes it. Throws CONFIG_INVALID if a newer Latchkey wrote it, CREDENTIAL_UNREADABLE if it
 * is no audit log or the key has another length, and STORE_WRITE_FAILED if its folder can't be made private.
 */
export async function openAuditLog(path: string, options: Options): Promise<AuditLog> {
  if (options.key.length !== 32) throw unreadable('The key of the audit log is not 32 bytes long.')
  await ensurePrivateDir(dirname(path))
  return reading(() => {
    // SQLite gives its -wal and -shm files the mode of the database itself.
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
    closeSync(openSync(path, flags, PRIVATE_FILE_MODE))
    chmodSync(path, PRIVATE_FILE_MODE)
    const database = openSqlite(path, { timeout: LOCK_WAIT_MS })
    try {
      prepare(database)
      return logOver(database, options)
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** Makes the tables of a new file. Throws unless the file then has exactly these. */
function prepare(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > VERSION) {
    throw new VaultError('CONFIG_INVALID', {
      message: 'The audit log was written by a newer Latchkey. It was left untouched; update Latchkey.'
    })
  }
  if (version === 0) database.exec(`${SCHEMA} PRAGMA user_version = ${String(VERSION)}`)
  const fresh = new DatabaseSync(':memory:')
  fresh.exec(SCHEMA)
  const isOwn = schemaOf(database) === schemaOf(fresh)
  fresh.close()
  // A view in place of the table can yield endless rows, and a trigger can write rows of its own.
  if (!isOwn) throw unreadable('The audit log has unexpected tables. It was left untouched.')
  database.exec('COMMIT')
  // With NORMAL a commit survives the end of the process. A power cut may lose the last rows; the anchor
  // then shows that they are missing. FULL would wait for the disk before each use of a credential.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
  database.exec(`PRAGMA wal_autocheckpoint = ${String(PAGES_UNTIL_SYNC)}`)
}

function schemaOf(database: DatabaseSync): string {
  const objects = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  return JSON.stringify(objects)
}

const select = 'SELECT seq, text, hash FROM rows'

function logOver(database: DatabaseSync, options: Options): AuditLog {
  const key = createSecretKey(options.key)
  const hashOf = (text: string): string => createHmac('sha256', key).update(text).digest('hex')
  const chain = chainOver(database, hashOf, options)
  const atOpening = chain.head().seq
  const stored = {
    rows: (from: number) =>
      database.prepare(`${select} WHERE seq >= ? ORDER BY seq`).iterate(from) as Iterable<StoredRow>,
    acceptances: () => rowsOf(database, accepted, ACCEPT),
    fits: ({ text, hash }: StoredRow) => hashOf(text) === hash
  }
  return {
    ...chain,
    ...readsOf(database, stored.fits),
    openIntents: () => rowsOf(database, stillOpen, atOpening).map(({ seq }) => seq),
    goesOnFrom: ({ seq, hash }) => {
      const [row] = rowsOf(database, 'WHERE seq >= ? ORDER BY seq LIMIT 1', seq)
      if (row === undefined) return seq === 0
      if (row.seq === seq) return row.hash === hash && stored.fits(row)
      return row.seq > seq + 1 || auditRowFrom(row.text)?.previous === hash
    },
    verify: (anchor) => verifyChain(stored, anchor),
    close: () => {
      if (database.isOpen) database.close()
    }
  }
}

/** Writes the end of the chain, and removes its oldest rows. */
function chainOver(
  database: DatabaseSync,
  hashOf: (text: string) => string,
  { now, keepRows = 50_000 }: Options
): Pick<AuditLog, 'append' | 'head'> {
  const insert = database.prepare('INSERT INTO rows (seq, text, hash) VALUES (?, ?, ?)')
  // Many rows at once, so that few appends have to.
  const left = Math.floor(keepRows * 0.98)
  let head = headOf(database)
  const add = (row: UnnumberedRow): number => {
    const [seq, at] = [head.seq + 1, now()]
    const text = auditText(cleaned({ ...row, seq, at }), head.hash)
    const hash = hashOf(text)
    insert.run(seq, text, hash)
    head = { seq, hash, count: head.count + 1, at }
    return seq
  }
  const shorten = (): void => {
    const before = head
    try {
      const count = removeOldest(database, left, add)
      head = { ...head, count }
    } catch {
      // The log stays longer, and a later append tries again.
      head = before
    }
  }
  return {
    head: () => head,
    append: (row) => {
      try {
        const seq = orAgain(() => add(row))
        if (head.count > keepRows) shorten()
        return seq
      } catch (error) {
        throw new VaultError('STORE_WRITE_FAILED', { message: NOT_WRITTEN, cause: error })
      }
    }
  }

  /** Repeats the work as often as it fails because another process has added rows. */
  function orAgain(work: () => number): number {
    for (;;) {
      try {
        return work()
      } catch (error) {
        const newest = headOf(database)
        if (newest.seq <= head.seq) throw error
        head = newest
      }
    }
  }
}

/**
 * Leaves `left` rows, among them a checkpoint that `add` writes. Returns their number. Throws the errors of
 * SQLite; nothing is then changed.
 */
function removeOldest(database: DatabaseSync, left: number, add: (row: UnnumberedRow) => void): number {
  database.exec('BEGIN IMMEDIATE')
  try {
    const [last] = rowsOf(database, 'ORDER BY seq LIMIT 1 OFFSET ?', headOf(database).count - left)
    if (last) add(checkpoint(last))
    database.prepare('DELETE FROM rows WHERE seq <= ?').run(last?.seq ?? 0)
    const { count } = headOf(database)
    database.exec('COMMIT')
    return count
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

const stillOpen = `WHERE kind = 'intent' AND seq <= ? AND NOT EXISTS
  (SELECT 1 FROM rows AS later WHERE later.kind = 'outcome' AND later.of = rows.seq) ORDER BY seq`
const listed = `WHERE (?1 IS NULL OR credential = ?1) AND (?2 IS NULL OR client = ?2)
  AND (?3 IS NULL OR action = ?3) AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR at >= ?5)
  ORDER BY seq DESC LIMIT ?6`
const uses = `SELECT count(*) AS count FROM rows
  WHERE kind = 'intent' AND action = 'use' AND client = ? AND at >= ?`
const accepted = "WHERE kind = 'event' AND action = ? ORDER BY seq"
const outcomeOf = `WHERE kind = 'outcome' AND of = ? ORDER BY seq LIMIT 1`

function readsOf(
  database: DatabaseSync,
  fits: (row: StoredRow) => boolean
): Pick<AuditLog, 'list' | 'find' | 'usesSince'> {
  const rows = (rest: string, ...values: SQLInputValue[]): AuditRow[] =>
    rowsOf(database, rest, ...values)
      .filter(fits)
      .flatMap(({ text }) => auditRowFrom(text)?.row ?? [])
  return {
    list: ({ credential, client, action, kind, since, limit }) => {
      const [key, id] = [cleanField('credential', credential), cleanField('client', client)]
      return rows(listed, key, id, action, kind, since?.toISOString() ?? null, limit)
    },
    usesSince: (client, since) =>
      reading(() =>
        Number(database.prepare(uses).get(cleanField('client', client), since.toISOString())?.['count'])
      ),
    find: (seq) => {
      const [row] = rows('WHERE seq = ?', seq)
      return row ? { row, outcome: rows(outcomeOf, seq)[0] ?? null } : null
    }
  }
}

/** Returns the rows that the rest of the query selects. Throws CREDENTIAL_UNREADABLE. */
function rowsOf(database: DatabaseSync, rest: string, ...values: SQLInputValue[]): StoredRow[] {
  return reading(() => database.prepare(`${select} ${rest}`).all(...values) as StoredRow[])
}

function headOf(database: DatabaseSync): AuditHead {
  const [last] = rowsOf(database, 'ORDER BY seq DESC LIMIT 1')
  if (!last) return { seq: 0, hash: NO_HASH, count: 0, at: null }
  const count = Number(database.prepare('SELECT count(*) AS count FROM rows').get()?.['count'])
  // A row that can't be read has no known time.
  return { seq: last.seq, hash: last.hash, count, at: auditRowFrom(last.text)?.row.at ?? new Date(0) }
}

/** Runs a read. Throws CREDENTIAL_UNREADABLE for the errors of SQLite and the system. */
function reading<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof VaultError) throw error
    throw unreadable('The audit log can’t be read. It was left untouched.', error)
  }
}

function unreadable(message: string, cause?: unknown): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', { message, cause })
}
