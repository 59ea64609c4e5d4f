import { existsSync } from 'node:fs'
import { chmod, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AuditFilter, NewAuditRow } from '../../core/use/audit-row.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'

const key = Buffer.alloc(32, 7)
const start = Date.parse('2026-11-30T12:00:00.000Z')
const every: AuditFilter = {
  limit: 100_000,
  credential: null,
  client: null,
  action: null,
  kind: null,
  since: null
}
const use: NewAuditRow = {
  kind: 'intent',
  of: null,
  client: 'c-1',
  clientName: 'Claude Code',
  peer: { uid: 1000, pid: 4242, program: '/usr/bin/claude' },
  credential: '["github","ada"]',
  action: 'use',
  method: 'GET',
  host: 'api.github.com:443',
  path: '/user/repos',
  status: null,
  code: null,
  reason: 'List the repositories',
  redacted: null,
  bytes: null
}

/** A log of its own; each of its rows is a second later than the one before. */
async function makeLog(keepRows?: number) {
  const path = join(await temporaryDir(), 'data', 'audit.db')
  let seconds = 0
  const now = (): Date => new Date(start + (seconds += 1) * 1000)
  const open = async (): Promise<AuditLog> => {
    const log = await openAuditLog(path, keepRows === undefined ? { key, now } : { key, now, keepRows })
    onTestFinished(() => log.close())
    return log
  }
  return { path, log: await open(), open }
}

const seqs = (rows: readonly { readonly seq: number }[]): number[] => rows.map(({ seq }) => seq)

/** Changes the file as another program does. */
function change(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}

describe('the audit log', () => {
  it('numbers the rows, gives them their time and lists the newest first', async () => {
    const { log } = await makeLog()
    expect(log.head()).toEqual({ seq: 0, hash: '0'.repeat(64), count: 0, at: null })
    expect([log.append(use), log.append({ ...use, kind: 'refused', code: 'ORIGIN_NOT_ALLOWED' })]).toEqual([
      1, 2
    ])
    expect(log.list(every)).toEqual([
      { ...use, kind: 'refused', code: 'ORIGIN_NOT_ALLOWED', seq: 2, at: new Date(start + 2000) },
      { ...use, seq: 1, at: new Date(start + 1000) }
    ])
    expect(log.head()).toMatchObject({ seq: 2, count: 2, at: new Date(start + 2000) })
  })

  it('finds a row with its outcome, and says null for what is not there', async () => {
    const { log } = await makeLog()
    const seq = log.append(use)
    expect(log.find(seq)).toMatchObject({ row: { seq: 1, kind: 'intent' }, outcome: null })
    log.append({ ...use, kind: 'outcome', of: seq, status: 204, redacted: 1, bytes: 0 })
    expect(log.find(seq)?.outcome).toMatchObject({ seq: 2, of: 1, status: 204, redacted: 1, bytes: 0 })
    expect([log.find(2)?.outcome, log.find(3)]).toEqual([null, null])
  })

  it('lists by credential, client, action, kind and time, and no more than wanted', async () => {
    const { log } = await makeLog()
    log.append(use)
    log.append({ ...use, kind: 'event', client: 'c-2', action: 'pair', credential: null })
    log.append({ ...use, credential: '["github","bob\u202E"]' })
    log.append({ ...use, kind: 'refused' })
    expect(seqs(log.list(every))).toEqual([4, 3, 2, 1])
    expect(seqs(log.list({ ...every, credential: '["github","ada"]' }))).toEqual([4, 1])
    expect(seqs(log.list({ ...every, credential: '["github","bob\u202E"]' }))).toEqual([3])
    expect(seqs(log.list({ ...every, client: 'c-2' }))).toEqual([2])
    expect(seqs(log.list({ ...every, action: 'use', kind: 'intent' }))).toEqual([3, 1])
    expect(seqs(log.list({ ...every, since: new Date(start + 3000) }))).toEqual([4, 3])
    expect(seqs(log.list({ ...every, client: 'c-1', limit: 2 }))).toEqual([4, 3])
  })

  it('counts the requests that a client has begun since a time, also after it was opened again', async () => {
    const { log, open } = await makeLog()
    const others = [
      { ...use, client: 'c-2' },
      { ...use, kind: 'refused' },
      { ...use, kind: 'outcome', of: 1 },
      { ...use, action: 'reveal' }
    ] as const
    for (const row of [use, use, ...others, use]) log.append(row)
    const counts = (of: AuditLog): number[] =>
      [0, 2, 7, 8].map((seconds) => of.usesSince('c-1', new Date(start + seconds * 1000)))
    expect(counts(log)).toEqual([3, 2, 1, 0])
    log.close()
    expect(counts(await open())).toEqual([3, 2, 1, 0])
  })

  it('goes on after it was opened again, and is in order', async () => {
    const { log, open } = await makeLog()
    log.append(use)
    const head = log.head()
    log.close()
    log.close()
    const again = await open()
    expect(again.head()).toEqual(head)
    expect(again.append(use)).toBe(2)
    expect(again.verify(head)).toEqual({ kind: 'ok', soundTo: 2, anchoredTo: 1 })
  })

  it('names the intents that an earlier process left open, until they have an outcome', async () => {
    const { log, open } = await makeLog()
    for (const kind of ['intent', 'event', 'intent', 'intent'] as const) log.append({ ...use, kind })
    log.append({ ...use, kind: 'outcome', of: 3, status: 200 })
    expect(log.openIntents()).toEqual([])
    log.close()
    const next = await open()
    next.append(use)
    expect(next.openIntents()).toEqual([1, 4])
    next.append({ ...use, kind: 'outcome', of: 1, code: 'unknown' })
    expect(next.openIntents()).toEqual([4])
  })

  it('keeps no query and no hidden character of a row', async () => {
    const { log, path } = await makeLog()
    log.append({ ...use, path: '/find?q=canary-query', reason: 'a\u202E\nb\u001B[2K', clientName: 'x\0y' })
    expect(log.list(every)[0]).toMatchObject({
      path: '/find',
      reason: 'a\uFFFD\uFFFDb\uFFFD[2K',
      clientName: 'x\uFFFDy'
    })
    log.close()
    const bytes = await readFile(path, 'latin1')
    expect(bytes).toContain('/find')
    expect(bytes).not.toContain('canary-query')
  })
})

describe('the file of the audit log', () => {
  it('is for its owner alone, with the files beside it, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      const { log, path } = await makeLog()
      log.append(use)
      const paths = [path, `${path}-wal`, `${path}-shm`, dirname(path)]
      const modes = await Promise.all(paths.map(async (name) => (await stat(name)).mode & 0o777))
      expect(modes).toEqual([0o600, 0o600, 0o600, 0o700])
    } finally {
      process.umask(before)
    }
  })

  it('is closed to others when it is opened', async () => {
    const { log, path, open } = await makeLog()
    log.close()
    await chmod(path, 0o644)
    await open()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is refused if it is a link, and what the link leads to is not touched', async () => {
    const { log, path, open } = await makeLog()
    log.append(use)
    log.close()
    await rename(path, `${path}.moved`)
    await chmod(`${path}.moved`, 0o644)
    await symlink(`${path}.moved`, path)
    const before = await readFile(`${path}.moved`)
    await expect(open()).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    expect(await readFile(`${path}.moved`)).toEqual(before)
    expect((await stat(`${path}.moved`)).mode & 0o777).toBe(0o644)
  })

  it.each([
    ['a trigger', 'CREATE TRIGGER extra AFTER INSERT ON rows BEGIN DELETE FROM rows; END'],
    ['a view', 'CREATE VIEW extra AS SELECT * FROM rows'],
    [
      'a view in place of the table',
      'ALTER TABLE rows RENAME TO kept; CREATE VIEW rows AS SELECT * FROM kept'
    ],
    ['another table', 'CREATE TABLE extra (a)'],
    ['a trigger less', 'DROP TRIGGER rows_stay'],
    ['no table', 'DROP TABLE rows'],
    ['a table but no version', 'PRAGMA user_version = 0']
  ])('is refused with %s, and left as it is', async (_what, sql) => {
    const { log, path, open } = await makeLog()
    log.append(use)
    log.close()
    change(path, sql)
    const before = await readFile(path)
    await expect(open()).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    expect(await readFile(path)).toEqual(before)
  })

  it('is refused if a newer Latchkey wrote it or if it is something else, and left as it is', async () => {
    const { log, path, open } = await makeLog()
    log.close()
    change(path, 'PRAGMA user_version = 2; CREATE TABLE later (a)')
    const newer = await readFile(path)
    await expect(open()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    expect(await readFile(path)).toEqual(newer)
    await writeFile(path, 'something else entirely, and long enough to be looked at'.repeat(100))
    await expect(open()).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    expect(await readFile(path, 'utf8')).toContain('something else')
  })

  it('is not made for a key of another length', async () => {
    const path = join(await temporaryDir(), 'audit.db')
    const options = { key: Buffer.alloc(31), now: () => new Date(start) }
    await expect(openAuditLog(path, options)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    expect(existsSync(path)).toBe(false)
  })

  it('stops a program that changes or deletes a row by accident', async () => {
    const { log, path } = await makeLog()
    log.append(use)
    expect(() => change(path, "UPDATE rows SET text = '{}'")).toThrow('does not change')
    expect(() => change(path, 'DELETE FROM rows')).toThrow('stays')
    expect(seqs(log.list(every))).toEqual([1])
  })

  it('takes no row while another program holds it, and then goes on without a gap', async () => {
    const { log, path } = await makeLog()
    log.append(use)
    const before = log.head()
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    expect(() => log.append(use)).toThrow(expect.objectContaining({ code: 'STORE_WRITE_FAILED' }))
    other.close()
    expect([log.head(), seqs(log.list(every))]).toEqual([before, [1]])
    expect(log.append(use)).toBe(2)
    expect(log.verify(log.head()).kind).toBe('ok')
  })

  it('takes no row after it was closed', async () => {
    const { log } = await makeLog()
    log.close()
    expect(() => log.append(use)).toThrow(expect.objectContaining({ code: 'STORE_WRITE_FAILED' }))
    expect(() => log.list(every)).toThrow(expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' }))
  })

  it('is one chain for two that write in turn', async () => {
    const { log, open } = await makeLog()
    const other = await open()
    const numbers = [log, other, other, log, log, other].map((each) => each.append(use))
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6])
    expect(log.verify(other.head())).toEqual({ kind: 'ok', soundTo: 6, anchoredTo: 6 })
  })
})

describe('the keeping period', () => {
  it('removes the oldest rows, and a checkpoint carries the chain on', async () => {
    const { log, open } = await makeLog(100)
    for (let index = 0; index < 250; index += 1) log.append(use)
    const rows = log.list(every)
    const [newest] = log.list({ ...every, kind: 'checkpoint', limit: 1 })
    expect(newest).toMatchObject({ client: 'latchkey', of: rows.at(-1)!.seq - 1 })
    expect(log.head()).toMatchObject({ seq: rows[0]!.seq, count: rows.length })
    expect(rows.length).toBeGreaterThan(97)
    expect(rows.length).toBeLessThanOrEqual(100)
    expect(log.verify(log.head())).toEqual({
      kind: 'ok',
      soundTo: log.head().seq,
      anchoredTo: log.head().seq
    })
    const head = log.head()
    log.close()
    expect((await open()).head()).toEqual(head)
  })

  it('leaves nothing of a removed row in the file', async () => {
    const { log, path } = await makeLog(100)
    for (let index = 1; index <= 101; index += 1)
      log.append({ ...use, reason: `canary ${String(index)} of 101` })
    log.close()
    const bytes = await readFile(path, 'latin1')
    const there = [1, 2, 3, 4, 5, 101].filter((index) => bytes.includes(`canary ${String(index)} of`))
    expect(there).toEqual([5, 101])
  })

  it('lets nobody delete a row that is newer than the last one removed', async () => {
    const { log, path } = await makeLog(100)
    for (let index = 0; index < 101; index += 1) log.append(use)
    const oldest = log.list(every).at(-1)!.seq
    expect(oldest).toBe(5)
    expect(() => change(path, `DELETE FROM rows WHERE seq = ${String(oldest)}`)).toThrow('stays')
  })

  it('removes what two that write have added together', async () => {
    const { log, open } = await makeLog(100)
    const other = await open()
    for (let index = 0; index < 200; index += 1) (index % 2 === 0 ? log : other).append(use)
    expect(log.list(every).length).toBeLessThanOrEqual(100)
    expect(log.verify(other.head()).kind).toBe('ok')
  })
})
