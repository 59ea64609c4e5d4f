import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createPlainFileBackend } from '../../../src-main/storage/backends/plain-file-backend.ts'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { StoreLock } from '../../../src-main/storage/store/store-lock.ts'

const child = fileURLToPath(new URL('lock-child.ts', import.meta.url))
const open = (dir: string) =>
  createPlainFileBackend({ dir, insecurePlainText: true, onWarning: () => undefined })

function start(...args: string[]): ChildProcess {
  const started = spawn(process.execPath, [child, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void started.kill('SIGKILL'))
  return started
}

/** The stored number after each of `processes` processes has added one `times` times. */
async function count(task: string, processes: number, times: number): Promise<number> {
  const dir = join(await temporaryDir(), 'shared')
  const children = Array.from({ length: processes }, () => start(dir, task, String(times)))
  // All begin together, however long each took to start.
  await Promise.all(children.map(async ({ stdout }) => stdout && (await once(stdout, 'data'))))
  for (const { stdin } of children) stdin?.write('\n')
  const codes = await Promise.all(children.map(async (one) => (await once(one, 'exit'))[0] as number))
  expect(codes).toEqual(children.map(() => 0))
  return Number(await open(dir).get('counter'))
}

test.each([2, 4, 8])('%i processes on one folder lose no update', async (processes) => {
  expect(await count('count', processes, 50)).toBe(processes * 50)
})

test('The same without the lock loses updates, so the check above can fail', async () => {
  expect(await count('race', 8, 50)).toBeLessThan(400)
})

test('A lock whose owner was killed is free at once', async () => {
  const dir = join(await temporaryDir(), 'shared')
  const lock = new StoreLock({ dir: join(dir, '.locks') })
  for (let round = 0; round < 3; round += 1) {
    const owner = start(dir, 'hold')
    await once(owner.stdout ?? owner, 'data')
    const impatient = new StoreLock({ dir: join(dir, '.locks'), waitMs: 50 })
    await expect(impatient.exclusive('counter', async () => 'in')).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED'
    })
    const waiting = lock.exclusive('counter', async () => performance.now())
    const killedAt = performance.now()
    owner.kill('SIGKILL')
    // A living owner may delay a lock for half a minute.
    expect((await waiting) - killedAt).toBeLessThan(25_000)
  }
})
