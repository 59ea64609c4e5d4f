import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { StoreLock } from './store-lock.ts'

/** Makes a lock with a long wait; tests about waiting set their own. */
async function makeLock(waitMs = 60_000) {
  const dir = join(await temporaryDir(), 'locks')
  return { dir, lock: new StoreLock({ dir, waitMs }), other: new StoreLock({ dir, waitMs }) }
}

test('Two owners of one folder are never inside together, though each waits its turn', async () => {
  const { lock, other } = await makeLock()
  const events: string[] = []
  const stay = (owner: StoreLock, name: string) =>
    owner.exclusive('key', async () => {
      events.push(`${name} in`)
      await sleep(5)
      events.push(`${name} out`)
    })
  await Promise.all(['a', 'b', 'c', 'd'].map((name, index) => stay(index % 2 ? lock : other, name)))
  expect(events).toHaveLength(8)
  for (let at = 0; at < events.length; at += 2) {
    expect(events[at + 1]).toBe(events[at]?.replace('in', 'out'))
  }
})

test('Different keys do not wait for each other', async () => {
  const { lock, other } = await makeLock()
  const answer = await lock.exclusive('one', () => other.exclusive('two', async () => 'both'))
  expect(answer).toBe('both')
})

test('Who stays inside for too long is reported to the one who waits, whose task never runs', async () => {
  const { lock, other } = await makeLock(50)
  let ran = false
  await lock.exclusive('key', async () => {
    const waiting = other.exclusive('key', async () => void (ran = true))
    await expect(waiting).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED', retryable: true })
  })
  expect(ran).toBe(false)
  await other.exclusive('key', async () => void (ran = true))
  expect(ran).toBe(true)
})

test('The same key can be taken again inside, and not by what was left behind there', async () => {
  const { lock, other } = await makeLock()
  const left = Promise.withResolvers<void>()
  let late: Promise<string> = Promise.resolve('')
  await lock.exclusive('key', async () => {
    expect(await lock.exclusive('key', async () => 'inside')).toBe('inside')
    late = left.promise.then(() => lock.exclusive('key', async () => 'late'))
  })
  await other.exclusive('key', async () => {
    left.resolve()
    const answer = await Promise.race([late, sleep(50).then(() => 'waits')])
    expect(answer).toBe('waits')
  })
  expect(await late).toBe('late')
})

test('A task that fails gives the lock back', async () => {
  const { lock, other } = await makeLock()
  await expect(lock.exclusive('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await other.exclusive('key', async () => 'in')).toBe('in')
})

test('Lock files are empty and for their owner alone', async () => {
  const { dir, lock } = await makeLock()
  await lock.exclusive('key', async () => undefined)
  const name = '2c70e12b7a0646f92279f427c7b38e73.lock'
  expect(await stat(join(dir, name))).toMatchObject({ size: 0, mode: 0o100600 })
})

test.each([
  ['a link', (path: string) => symlink('/dev/null', path)],
  ['a folder', (path: string) => mkdir(path)],
  ['a file with something in it', (path: string) => writeFile(path, 'x')]
])('%s in the place of a lock file is refused', async (_name, put) => {
  const { dir, lock } = await makeLock()
  await mkdir(dir, { mode: 0o700 })
  await put(join(dir, '2c70e12b7a0646f92279f427c7b38e73.lock'))
  await expect(lock.exclusive('key', async () => 'in')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
})
