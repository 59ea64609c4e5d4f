import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { numberIn, openHome, SHARED, writerRef } from './writers-home.ts'

const program = fileURLToPath(new URL('writers-child.ts', import.meta.url))
const duration = process.env['LATCHKEY_TRIALS'] === 'full' ? 60_000 : 5000
const SHORT_MS = 1500
/** Less than the time that a writer waits for a lock. */
const TAKEN_OVER_MS = 25_000
const TIMEOUT_MS = duration + 60_000

type Writer = {
  readonly name: string
  readonly child: ChildProcess
  readonly isReady: Promise<unknown>
  /** Number of acknowledged updates, by account. */
  readonly added: Map<string, number>
  readonly warnings: string[]
  readonly exited: Promise<number | null>
  readonly begin: () => void
  readonly end: () => void
  /** Resolves when the writer says the word next, with the time of day. */
  readonly says: (word: string) => Promise<number>
}

function startWriter(home: string, name: string, locking: string): Writer {
  const child = spawn(process.execPath, [program, home, name, locking], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  child.stdin.on('error', () => undefined) // a killed writer reads no more
  onTestFinished(() => void child.kill('SIGKILL'))
  const added = new Map<string, number>()
  const warnings: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const [word = '', rest = ''] = line.split(/ (.*)/)
    if (word === 'added') added.set(rest, (added.get(rest) ?? 0) + 1)
    if (word === 'warned') warnings.push(rest)
    lines.emit(`word ${line}`)
  })
  const says = (line: string): Promise<number> =>
    new Promise((resolve) => lines.once(`word ${line}`, () => resolve(performance.now())))
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const begin = (): void => void child.stdin.write('\n')
  const end = (): void => void child.stdin.end()
  return { name, child, added, warnings, isReady: says('ready'), exited, says, begin, end }
}

/** Writers that begin when all are ready, and go on until they are told to end. */
async function writersOn(home: string, processes: number, locking = 'locked'): Promise<Writer[]> {
  const writers = Array.from({ length: processes }, (_unused, index) =>
    startWriter(home, `own ${index}`, locking)
  )
  await Promise.all(writers.map(({ isReady }) => isReady))
  for (const { begin } of writers) begin()
  return writers
}

function sumOf(writers: readonly Writer[], account: string): number {
  return writers.reduce((sum, { added }) => sum + (added.get(account) ?? 0), 0)
}

/** Milliseconds from the kill of a process that has the shared lock to the next write of another one. */
async function killAnOwner(home: string, writers: readonly Writer[]): Promise<number> {
  const owner = startWriter(home, 'owner', 'hold')
  await owner.says('held')
  await sleep(100)
  const next = Promise.race(writers.map(({ says }) => says(`added ${SHARED}`)))
  const killedAt = performance.now()
  owner.child.kill('SIGKILL')
  return (await next) - killedAt
}

test.each([2, 8])(
  '%i vaults that write the same and other credentials lose no update',
  async (processes) => {
    const home = await temporaryDir()
    const writers = await writersOn(home, processes)
    await sleep(duration / 4)
    const takenOverMs = await killAnOwner(home, writers)
    expect(takenOverMs).toBeLessThan(TAKEN_OVER_MS)
    await sleep((duration * 3) / 4)
    for (const { end } of writers) end()
    expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual(writers.map(() => 0))
    const shared = sumOf(writers, SHARED)
    const warnings = writers.flatMap((writer) => writer.warnings)
    const repository = await openHome(home, (sentence) => void warnings.push(sentence))
    onTestFinished(() => repository.close())
    console.log(
      `writers: ${processes} processes, ${duration / 1000} s, ${shared} updates of the shared credential and ${writers.reduce((sum, { name, added }) => sum + (added.get(name) ?? 0), 0)} of their own; killed owner replaced in ${takenOverMs.toFixed(0)} ms`
    )
    expect(shared).toBeGreaterThan(processes)
    expect(await numberIn(repository, SHARED)).toBe(shared)
    for (const { name, added } of writers) expect(await numberIn(repository, name)).toBe(added.get(name))
    expect(warnings).toEqual([])
    expect(repository.list().every(({ health }) => health.kind === 'ok')).toBe(true)
    expect(repository.list()).toHaveLength(processes + 1)
  },
  TIMEOUT_MS
)

test('A writer killed in the middle of its work takes no acknowledged update with it', async () => {
  const home = await temporaryDir()
  const writers = await writersOn(home, 4)
  const [victim, ...others] = writers
  if (!victim) throw new Error('There is nobody to kill.')
  await sleep(SHORT_MS / 2)
  victim.child.kill('SIGKILL')
  await sleep(SHORT_MS / 2)
  for (const { end } of others) end()
  expect(await Promise.all(others.map(({ exited }) => exited))).toEqual(others.map(() => 0))
  await victim.exited
  const repository = await openHome(home, () => undefined)
  onTestFinished(() => repository.close())
  for (const account of [SHARED, victim.name]) {
    const acknowledged = sumOf(writers, account)
    // The last update may have arrived without an acknowledgement.
    expect([acknowledged, acknowledged + 1]).toContain(await numberIn(repository, account))
  }
  expect(repository.find(writerRef(SHARED))?.health).toEqual({ kind: 'ok' })
})

test('The same without the lock loses updates, so the checks above can fail', async () => {
  const home = await temporaryDir()
  const writers = await writersOn(home, 4, 'none')
  await sleep(SHORT_MS)
  for (const { end } of writers) end()
  await Promise.all(writers.map(({ exited }) => exited))
  const repository = await openHome(home, () => undefined)
  onTestFinished(() => repository.close())
  expect(await numberIn(repository, SHARED)).toBeLessThan(sumOf(writers, SHARED))
})
