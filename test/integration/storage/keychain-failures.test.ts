import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { forkHelper, helperKeychainLoader } from '../../../src-main/storage/keychain/keychain-client.ts'
import { isDefaultCollectionLocked } from '../../../src-main/storage/keychain/keychain-lock.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'
import { startKeyringSession, type KeyringSession } from './keyring-session.ts'

const helper = join(import.meta.dirname, '../../../src-main/storage/keychain/keychain-helper.ts')
const toClose: Array<() => Promise<void>> = []

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

async function session(startsByItself = false): Promise<KeyringSession> {
  const made = await startKeyringSession({ startsByItself })
  toClose.push(made.close)
  return made
}

/** Longer than any call that does not hang, on a busy computer. */
const PATIENT_MS = 30_000

function storeIn(environment: NodeJS.ProcessEnv, callMs = PATIENT_MS): SecureStore {
  const store = new SecureStore('latchkey-failures', {
    keychainLoader: helperKeychainLoader(forkHelper(helper, environment)),
    fallbackPolicy: 'deny',
    deadlines: { probeMs: PATIENT_MS - 1, callMs }
  })
  toClose.push(() => store.close())
  return store
}

async function elapsed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T | { code?: string } }> {
  const before = performance.now()
  const result = await work().catch((error: { code?: string }) => error)
  return { ms: performance.now() - before, result }
}

test.each([
  ['no message bus', {}],
  ['a bus address that leads nowhere', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }]
])('With %s the keychain is unavailable, for reading, writing and removing', async (_name, environment) => {
  const store = storeIn(environment)
  await expect(store.get('key')).rejects.toMatchObject({
    code: 'KEYCHAIN_UNAVAILABLE',
    remedy: 'choose-store'
  })
  await expect(store.set('key', 'value')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  await expect(store.delete('key')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  expect(await store.isKeychainAvailable()).toBe(false)
})

test('With a bus and no keyring on it the keychain is unavailable, until one is started', async () => {
  const { environment, startDaemon } = await session()
  const store = storeIn(environment)
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  await startDaemon()
  await store.set('key', 'value')
  expect(await store.get('key')).toBe('value')
})

test('A locked keyring without a display is locked, not empty', async () => {
  const { environment, startDaemon, lock } = await session()
  await startDaemon()
  const store = storeIn(environment)
  await store.set('key', 'value')
  lock()
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED', remedy: 'unlock' })
  await expect(store.set('key', 'new')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await expect(store.delete('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect((await store.health()).state).toBe('locked')
})

test('A keyring that was restarted is found again, with what it held', async () => {
  const { environment, startDaemon, endDaemon } = await session()
  await startDaemon()
  const store = storeIn(environment)
  await store.set('key', 'value')
  await endDaemon()
  await startDaemon()
  expect(await store.get('key')).toBe('value')
  await store.set('key', 'new')
  expect(await store.get('key')).toBe('new')
})

test('A keyring that was killed, and that the bus starts again locked, is locked, not empty', async () => {
  const { environment, startDaemon, endDaemon } = await session(true)
  await startDaemon()
  const store = storeIn(environment)
  await store.set('key', 'value')
  await endDaemon()
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED', remedy: 'unlock' })
  await expect(store.set('key', 'new')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await expect(store.delete('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(await store.health()).toMatchObject({ state: 'locked' })
})

test('A keyring that ends during a read is asked once more, and is locked, not unavailable', async () => {
  const { environment, signalDaemon, endDaemon, startDaemon } = await session(true)
  await startDaemon()
  const store = storeIn(environment)
  await store.set('key', 'value')
  signalDaemon('SIGSTOP')
  const read = store.get('key').catch((error: unknown) => error)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await endDaemon()
  expect(await read).toMatchObject({ code: 'KEYCHAIN_LOCKED' })
})

test('Thousands of questions whether the keychain is locked leave it running', async () => {
  const { environment, startDaemon } = await session()
  await startDaemon()
  const ask = (): Promise<boolean | null> =>
    isDefaultCollectionLocked(environment['DBUS_SESSION_BUS_ADDRESS'])
  for (let round = 0; round < 200; round += 1) await Promise.all(Array.from({ length: 20 }, ask))
  expect(await ask()).toBe(false)
})

test('A message bus that was killed leaves the keychain unavailable at once, and nothing hanging', async () => {
  const { environment, startDaemon, killBus } = await session()
  await startDaemon()
  const store = storeIn(environment)
  await store.set('key', 'value')
  await killBus()
  for (let round = 0; round < 3; round += 1) {
    const { ms, result } = await elapsed(() => store.get('key'))
    expect(result).toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE', remedy: 'choose-store' })
    // The call does not end by a deadline.
    expect(ms).toBeLessThan(PATIENT_MS / 2)
  }
  await expect(store.set('key', 'new')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  await expect(store.delete('key')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  expect(await store.isKeychainAvailable()).toBe(false)
})

test('A keyring that stops answering is told at the deadline, while files can still be read', async () => {
  const { environment, startDaemon, signalDaemon } = await session()
  await startDaemon()
  const patient = storeIn(environment)
  await patient.set('key', 'value')
  const callMs = 1500
  const store = storeIn(environment, callMs)
  await store.isKeychainAvailable()
  signalDaemon('SIGSTOP')
  const calls = Promise.all(['key', 'b', 'c', 'd', 'e', 'f'].map((key) => elapsed(() => store.get(key))))
  const file = readFile(helper, 'utf8').then(() => 'the file')
  expect(await Promise.race([file, calls])).toBe('the file')
  for (const { ms, result } of await calls) {
    expect(result).toMatchObject({ code: 'KEYCHAIN_TIMEOUT', remedy: 'retry' })
    // The calls end together, not one deadline after the other.
    expect(ms).toBeLessThan(4 * callMs)
  }
  signalDaemon('SIGCONT')
  expect(await patient.get('key')).toBe('value')
})

test('A helper that was stopped is noticed long before a deadline, and another one takes its place', async () => {
  const { environment, startDaemon } = await session()
  await startDaemon()
  const helpers: number[] = []
  const launch = forkHelper(helper, environment, (pid) => helpers.push(pid))
  const store = new SecureStore('latchkey-failures', {
    keychainLoader: helperKeychainLoader(launch),
    fallbackPolicy: 'deny',
    // No call here may end by these deadlines.
    deadlines: { probeMs: 300_000, callMs: 600_000 }
  })
  toClose.push(() => store.close())
  await store.set('key', 'value')
  const [first = 0] = helpers
  process.kill(first, 'SIGSTOP')
  expect(await store.get('key')).toBe('value')
  expect(helpers).toHaveLength(2)
  expect(() => process.kill(first, 0)).toThrow()
  const [, second = 0] = helpers
  process.kill(second, 'SIGSTOP')
  await expect(store.set('key', 'new')).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  expect(await store.get('key')).toBe('value')
})

test.each(['close', 'exit'])(
  'A keyring that does not answer does not keep the process from ending by %s',
  async (how) => {
    const { environment, startDaemon, signalDaemon } = await session()
    await startDaemon()
    signalDaemon('SIGSTOP')
    const child = spawn(process.execPath, [join(import.meta.dirname, 'exit-child.ts'), how], {
      env: environment
    })
    let began = 0
    child.stdout.on('data', (data: Buffer) => (began = Number(data.toString())))
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect(code).toBe(0)
    expect(began).toBeGreaterThan(0)
    // The end does not come from the deadlines of its calls, which are a minute.
    expect(Date.now() - began).toBeLessThan(20_000)
  }
)
