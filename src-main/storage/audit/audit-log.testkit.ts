import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { auditRowFrom, auditText, checkpoint, type NewAuditRow } from '../../core/use/audit-row.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { type AuditHead, NO_HASH, type StoredRow } from './audit-head.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'

/** The key of the logs of the tests. */
export const key = Buffer.alloc(32, 7)
/** The head of an empty log. */
export const EMPTY: AuditHead = { seq: 0, hash: NO_HASH, count: 0, at: null }
/** A row about nothing. */
export const event: NewAuditRow = { ...checkpoint({ seq: 0, hash: '' }), kind: 'event', of: null, code: null }

/** A log of `rows` events that was closed, and its head after each of them. */
export async function closedLog({ rows = 10, keepRows = 1000 } = {}) {
  const path = join(await temporaryDir(), 'data', 'audit.db')
  let seconds = 0
  const now = (): Date => new Date(Date.UTC(2026, 10, 30) + (seconds += 1) * 1000)
  /** Opens the log for a moment. */
  const withLog = async <T>(use: (log: AuditLog) => T, withKey: Uint8Array = key): Promise<T> => {
    const log = await openAuditLog(path, { key: withKey, now, keepRows })
    try {
      return use(log)
    } finally {
      log.close()
    }
  }
  const add = async (count: number): Promise<AuditHead[]> =>
    withLog((log) =>
      Array.from({ length: count }, () => {
        log.append(event)
        return log.head()
      })
    )
  const heads = await add(rows)
  const verify = async (anchor: AuditHead | null, withKey?: Uint8Array) =>
    withLog((log) => log.verify(anchor), withKey)
  return { path, heads, head: heads.at(-1) ?? EMPTY, add, verify, withLog }
}

/** Changes rows as a program that knows the file: the triggers are taken away and put back. */
export function tamper(path: string, sql: string, ...values: (string | number)[]): void {
  const database = new DatabaseSync(path)
  const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all()
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`)
  database.prepare(sql).run(...values)
  for (const each of triggers) database.exec(String(each['sql']))
  database.close()
}

/** The rows as they stand in the file. */
export function storedRows(path: string): StoredRow[] {
  const database = new DatabaseSync(path)
  const rows = database.prepare('SELECT seq, text, hash FROM rows ORDER BY seq').all() as StoredRow[]
  database.close()
  return rows
}

/** The hash of the text of a row. */
export const hashed = (text: string, withKey: Uint8Array): string =>
  createHmac('sha256', withKey).update(text).digest('hex')
export const replaceRow = 'INSERT OR REPLACE INTO rows (seq, text, hash) VALUES (?, ?, ?)'

/** Writes the chain again from one row on, with another action and with this key. */
export function rewrite(path: string, withKey: Uint8Array, from = 1): void {
  let previous = storedRows(path).find(({ seq }) => seq === from - 1)?.hash ?? NO_HASH
  for (const { seq, text } of storedRows(path)) {
    const row = auditRowFrom(text)?.row
    if (!row || seq < from) continue
    const forged = auditText({ ...row, action: 'nothing' }, previous)
    previous = hashed(forged, withKey)
    tamper(path, replaceRow, seq, forged, previous)
  }
}
