import { spawn, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { constantFrom, integer, option, record, sample, string } from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import {
  type AuditFilter,
  checkpoint,
  cleaned,
  type NewAuditRow
} from '../../../src-main/core/use/audit-row.ts'
import { type AuditLog, openAuditLog } from '../../../src-main/storage/audit/audit-log.ts'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'

const options = { key: Buffer.alloc(32, 7), now: () => new Date('2026-11-30T12:00:00.000Z') }
const event: NewAuditRow = { ...checkpoint({ seq: 0, hash: '' }), kind: 'event', of: null, code: null }
const every: AuditFilter = {
  limit: 100_000,
  credential: null,
  client: null,
  action: null,
  kind: null,
  since: null
}

async function open(path: string, keepRows?: number): Promise<AuditLog> {
  const log = await openAuditLog(path, keepRows === undefined ? options : { ...options, keepRows })
  onTestFinished(() => log.close())
  return log
}

/** Program of a process that writes into the log at its first argument and says the number of each row. */
const program = (work: string): string => `
  import { writeSync } from 'node:fs'
  import { openAuditLog } from ${JSON.stringify(new URL('../../../src-main/storage/audit/audit-log.ts', import.meta.url))}
  const log = await openAuditLog(process.argv[1], { key: Buffer.alloc(32, 7), now: () => new Date() })
  const event = ${JSON.stringify(event)}
  const add = (row) => {
    const seq = log.append({ ...event, ...row })
    writeSync(1, seq + '\\n')
    return seq
  }
  ${work}`

function start(path: string, work: string) {
  const args = ['--input-type=module', '--eval', program(work), path]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  const end = { isReached: false }
  const news = new EventEmitter()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    news.emit('news')
  })
  child.on('close', () => {
    end.isReached = true
    news.emit('news')
  })
  /** Resolves with the numbers that were said when there are so many, or when the process has ended. */
  const numbers = async (count: number): Promise<number[]> => {
    while (said.split('\n').length <= count && !end.isReached) await once(news, 'news')
    return said.trim().split('\n').map(Number)
  }
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await numbers(Infinity)
  }
  return { numbers, kill }
}

test('A process that is killed between intent and outcome leaves the intent open', async () => {
  const path = join(await temporaryDir(), 'data', 'audit.db')
  const { numbers, kill } = start(
    path,
    `const first = add({ kind: 'intent', action: 'use' })
     add({ kind: 'outcome', action: 'use', of: first, status: 200 })
     add({ kind: 'intent', action: 'use' })
     while (true);`
  )
  expect(await numbers(3)).toEqual([1, 2, 3])
  await kill()
  const log = await open(path)
  expect(log.openIntents()).toEqual([3])
  expect(log.find(3)).toMatchObject({ row: { kind: 'intent', action: 'use' }, outcome: null })
  expect(log.verify(log.head())).toEqual({ kind: 'ok', soundTo: 3, anchoredTo: 3 })
})

test('Each row that was said to be written is there after a kill at any moment', async () => {
  const path = join(await temporaryDir(), 'data', 'audit.db')
  for (const rows of [1, 40, 200, 700]) {
    const before = (await open(path)).head().seq
    const { numbers, kill } = start(
      path,
      `while (true) add({ kind: 'outcome', of: add({ kind: 'intent', action: 'use' }) })`
    )
    await numbers(rows)
    await kill()
    const said = await numbers(Infinity)
    const log = await open(path)
    const there = log.list(every).map(({ seq }) => seq)
    expect(said.length).toBeGreaterThanOrEqual(rows)
    expect(said.filter((seq) => !there.includes(seq))).toEqual([])
    expect(log.verify(log.head())).toMatchObject({ kind: 'ok', soundTo: there[0] })
    expect(log.openIntents().filter((seq) => seq > before).length).toBeLessThanOrEqual(1)
  }
})

test('Three processes that write at the same time make one chain', async () => {
  const path = join(await temporaryDir(), 'data', 'audit.db')
  const log = await open(path)
  const writers = Array.from({ length: 3 }, () =>
    start(path, 'for (let row = 0; row < 300; row += 1) add({})')
  )
  const said = await Promise.all(writers.map(async ({ numbers }) => numbers(300)))
  const numbers = said.flat().toSorted((one, other) => one - other)
  expect(numbers).toEqual(Array.from({ length: 900 }, (_unused, index) => index + 1))
  expect(log.append(event)).toBe(901)
  expect(log.verify(log.head())).toEqual({ kind: 'ok', soundTo: 901, anchoredTo: 901 })
})

/** A folder on a disk of 1 MB. Null: none can be mounted here. */
async function smallDisk(): Promise<string | null> {
  const dir = await temporaryDir()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', dir])
  if (mounted.status !== 0) return null
  onTestFinished(() => void spawnSync('umount', [dir]))
  return dir
}

test('On a full disk no row is written in part, none is lost, and new ones fit when there is room', async (context) => {
  const dir = await smallDisk()
  if (dir === null) return context.skip('No disk can be mounted here.')
  const path = join(dir, 'data', 'audit.db')
  await writeFile(join(dir, 'filler'), Buffer.alloc(300_000))
  const log = await open(path, 10)
  const { head, error } = fillUp(log)
  expect(error).toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(log.head()).toEqual(head)
  // The oldest rows could not be removed either: that needs more room than a new row.
  expect(head.count).toBeGreaterThan(10)
  expect(log.list(every)).toHaveLength(head.count)
  expect(log.verify(head)).toEqual({ kind: 'ok', soundTo: head.seq, anchoredTo: head.seq })
  await rm(join(dir, 'filler'))
  expect(log.append(event)).toBe(head.seq + 1)
  expect(log.list(every).length).toBeLessThanOrEqual(10)
  log.close()
  const again = await open(path)
  expect(again.verify(head)).toMatchObject({ kind: 'ok', anchoredTo: head.seq })
})

/** Adds rows until the disk is full. Returns the last head before the error. */
function fillUp(log: AuditLog) {
  const reason = 'x'.repeat(200)
  for (let row = 0; row < 5000; row += 1) {
    const head = log.head()
    try {
      log.append({ ...event, reason, path: `/${'y'.repeat(500)}` })
    } catch (error) {
      return { head, error }
    }
  }
  throw new Error('The disk did not fill up.')
}

test('20,000 generated rows come back as they were cleaned', async () => {
  const path = join(await temporaryDir(), 'data', 'audit.db')
  const text = string({ unit: 'binary', maxLength: 30 })
  const number = option(integer())
  const rows = sample(
    record({
      kind: constantFrom('intent', 'outcome', 'refused', 'event'),
      of: number,
      client: text,
      clientName: text,
      peer: record({ uid: number, pid: number, program: option(text) }),
      credential: option(text),
      action: text,
      method: option(text),
      host: option(text),
      path: option(text),
      status: number,
      code: option(text),
      reason: option(text),
      redacted: number,
      bytes: number
    }),
    20_000
  )
  const log = await open(path)
  for (const row of rows) log.append(row)
  log.close()
  const again = await open(path)
  const listed = again.list(every).toReversed()
  const wanted = rows.map((row, index) => cleaned({ ...row, seq: index + 1, at: options.now() }))
  expect(listed).toHaveLength(20_000)
  expect(wanted.filter((row, index) => !isDeepStrictEqual(row, listed[index]))).toEqual([])
  expect(again.verify(null)).toMatchObject({ kind: 'not-anchored', soundTo: 20_000 })
})
