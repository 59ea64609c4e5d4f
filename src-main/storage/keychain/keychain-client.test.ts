import { expect, onTestFinished, test, vi } from 'vitest'
import type { VaultError } from '#shared/problem.ts'
import type { HelperLauncher, HelperReply, HelperRequest } from './helper-protocol.ts'
import { helperEnvironment, createKeychainClient, helperKeychainLoader } from './keychain-client.ts'

type FakeHelper = {
  readonly requests: HelperRequest[]
  killed: boolean
  reply(reply: HelperReply): void
  exit(): void
}

/** Helpers that answer only when the test tells them to. */
function fakeHelpers(): { launcher: HelperLauncher; helpers: FakeHelper[] } {
  const helpers: FakeHelper[] = []
  return {
    helpers,
    launcher: () => {
      let onMessage: ((message: unknown) => void) | null = null
      let onExit: (() => void) | null = null
      const helper: FakeHelper = {
        requests: [],
        killed: false,
        reply: (reply) => onMessage?.(reply),
        exit: () => onExit?.()
      }
      helpers.push(helper)
      return {
        send: (message) => void helper.requests.push(message as HelperRequest),
        onMessage: (listener) => void (onMessage = listener),
        onExit: (listener) => void (onExit = listener),
        kill: () => void (helper.killed = true)
      }
    }
  }
}

/** Returns the error codes of the calls; null for a call that was answered. */
function codesOf(calls: readonly PromiseSettledResult<unknown>[]): (string | null)[] {
  return calls.map((call) => (call.status === 'rejected' ? (call.reason as VaultError).code : null))
}

test('Answers find the calls they belong to, in any order, through one helper', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const calls = [
    client.getPassword('s', 'a'),
    client.deletePassword('s', 'b'),
    client.setPassword('s', 'c', 'v')
  ]
  expect(helpers[0]?.requests.map((request) => request.op)).toEqual(['get', 'delete', 'set'])
  helpers[0]?.reply({ id: 3, ok: true, value: null })
  helpers[0]?.reply({ id: 2, ok: true, value: true })
  helpers[0]?.reply({ id: 1, ok: true, value: 'text' })
  expect(await Promise.all(calls)).toEqual(['text', true, undefined])
  expect(helpers).toHaveLength(1)
})

test('A refusal comes back with its code and never with the keychain’s own words', async () => {
  const { launcher, helpers } = fakeHelpers()
  const call = createKeychainClient(launcher).getPassword('s', 'a')
  helpers[0]?.reply({ id: 1, ok: false, kind: 'locked' })
  await expect(call).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
})

test('Interrupting kills the helper and ends all its calls; the next call starts another', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const calls = Promise.allSettled([client.getPassword('s', 'a'), client.getPassword('s', 'b')])
  client.interrupt()
  expect(codesOf(await calls)).toEqual(['KEYCHAIN_TIMEOUT', 'KEYCHAIN_TIMEOUT'])
  expect(helpers[0]?.killed).toBe(true)
  const next = client.getPassword('s', 'a')
  helpers[1]?.reply({ id: 3, ok: true, value: 'text' })
  expect(await next).toBe('text')
})

test('A helper that dies ends the calls that change something, and the next call starts another', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const calls = Promise.allSettled([client.setPassword('s', 'a', 'v'), client.deletePassword('s', 'b')])
  helpers[0]?.exit()
  expect(codesOf(await calls)).toEqual(['KEYCHAIN_UNAVAILABLE', 'KEYCHAIN_UNAVAILABLE'])
  void client.getPassword('s', 'a').catch(() => undefined)
  expect(helpers).toHaveLength(2)
})

test('A call that only reads is put to the next helper when its own dies, once', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const first = client.getPassword('s', 'a')
  helpers[0]?.exit()
  expect(helpers[1]?.requests).toMatchObject([{ op: 'get', account: 'a' }])
  helpers[1]?.reply({ id: 2, ok: true, value: 'text' })
  expect(await first).toBe('text')
  const second = client.getPassword('s', 'b')
  helpers[1]?.exit()
  helpers[2]?.exit()
  await expect(second).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  expect(helpers).toHaveLength(3)
})

test('A read that a helper may have shown the person is not repeated when the helper dies', async () => {
  const { launcher, helpers } = fakeHelpers()
  const clock = { at: 0 }
  const client = createKeychainClient(launcher, () => clock.at)
  const call = client.getPassword('s', 'a')
  clock.at = 1000
  helpers[0]?.exit()
  await expect(call).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  const next = client.getPassword('s', 'a')
  clock.at = 1999
  helpers[1]?.exit()
  helpers[2]?.reply({ id: 3, ok: true, value: 'text' })
  expect(await next).toBe('text')
})

test('Reads that wait together are not repeated together: each might raise a prompt', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const calls = Promise.allSettled([client.getPassword('s', 'a'), client.getPassword('s', 'b')])
  helpers[0]?.exit()
  expect(codesOf(await calls)).toEqual(['KEYCHAIN_UNAVAILABLE', 'KEYCHAIN_UNAVAILABLE'])
  expect(helpers).toHaveLength(1)
})

test('What was only made ready is not repeated, and does not keep the read behind it from being so', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const calls = Promise.allSettled([client.prepare('s', 'a'), client.getPassword('s', 'a')])
  helpers[0]?.exit()
  expect(helpers[1]?.requests).toMatchObject([{ op: 'get', account: 'a' }])
  helpers[1]?.reply({ id: 3, ok: true, value: 'text' })
  expect(codesOf(await calls)).toEqual(['KEYCHAIN_UNAVAILABLE', null])
})

test('A helper that can not be started is reported to each call, also to a repeated call', async () => {
  const { launcher, helpers } = fakeHelpers()
  let mayStart = false
  const client = createKeychainClient(() => {
    if (!mayStart) throw new Error('spawn ENOMEM')
    return launcher()
  })
  await expect(client.getPassword('s', 'a')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  mayStart = true
  const repeated = client.getPassword('s', 'a')
  mayStart = false
  expect(() => helpers[0]?.exit()).not.toThrow()
  await expect(repeated).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  mayStart = true
  const next = client.getPassword('s', 'a')
  helpers[1]?.reply({ id: 4, ok: true, value: 'text' })
  expect(await next).toBe('text')
})

test('A call that can not be sent is refused, and is not put to the next helper afterwards', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(() => ({
    ...launcher(),
    send: () => {
      throw new Error('channel closed')
    }
  }))
  await expect(client.getPassword('s', 'a')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  helpers[0]?.exit()
  expect(helpers).toHaveLength(1)
})

test('A worn helper answers what it has begun, then is ended; new calls go to a fresh one', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const before = client.getPassword('s', 'a')
  helpers[0]?.reply({ id: null, retire: true })
  expect(helpers[0]?.killed).toBe(false)
  const after = client.getPassword('s', 'b')
  helpers[0]?.reply({ id: 1, ok: true, value: 'old helper' })
  helpers[1]?.reply({ id: 2, ok: true, value: 'new helper' })
  expect(await Promise.all([before, after])).toEqual(['old helper', 'new helper'])
  expect([helpers[0]?.killed, helpers[1]?.killed]).toEqual([true, false])
})

test('After closing, nothing is started again', async () => {
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher)
  const call = client.getPassword('s', 'a')
  client.close()
  await expect(call).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  await expect(client.getPassword('s', 'a')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  expect(helpers.map((helper) => helper.killed)).toEqual([true])
})

test('A computer without the native module has no keychain', async () => {
  const { launcher, helpers } = fakeHelpers()
  const loaded = helperKeychainLoader(launcher)()
  helpers[0]?.reply({ id: 1, ok: true, value: false })
  expect(await loaded).toBeNull()
})

test('A helper that does not even start is ended and told', async () => {
  const { launcher, helpers } = fakeHelpers()
  await expect(helperKeychainLoader(launcher, 20)()).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  expect(helpers[0]?.killed).toBe(true)
})

test('A helper sees the session’s address and no secret of the environment', () => {
  const seen = helperEnvironment({
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus',
    HOME: '/home/ada',
    GITHUB_TOKEN: 'cnry',
    NODE_OPTIONS: '--inspect',
    NAPI_RS_NATIVE_LIBRARY_PATH: '/tmp/evil.node'
  })
  expect(seen).toEqual({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus', HOME: '/home/ada' })
})

test('A helper that answers pings keeps its calls, however long they take', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { launcher, helpers } = fakeHelpers()
  const call = createKeychainClient(launcher, () => Date.now()).getPassword('s', 'a')
  helpers[0]?.reply({ id: 0, ok: true, value: null })
  for (let round = 0; round < 100; round += 1) {
    vi.advanceTimersByTime(2000)
    expect(helpers[0]?.requests.at(-1)).toEqual({ id: 0, op: 'ping' })
    helpers[0]?.reply({ id: 0, ok: true, value: null })
  }
  helpers[0]?.reply({ id: 1, ok: true, value: 'text' })
  expect(await call).toBe('text')
  expect(helpers[0]?.killed).toBe(false)
  const asked = helpers[0]?.requests.length
  vi.advanceTimersByTime(60_000)
  expect(helpers[0]?.requests).toHaveLength(asked ?? 0)
})

test('A helper that answers no ping is killed: a read is put to another one, a write is refused', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher, () => Date.now())
  const first = client.getPassword('s', 'a')
  helpers[0]?.reply({ id: 1, ok: true, value: 'text' })
  await first
  const read = client.getPassword('s', 'a')
  vi.advanceTimersByTime(8000)
  expect(helpers[0]?.killed).toBe(true)
  helpers[1]?.reply({ id: 3, ok: true, value: 'again' })
  expect(await read).toBe('again')
  const write = client.setPassword('s', 'a', 'v')
  vi.advanceTimersByTime(8000)
  await expect(write).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
})

test('A helper that is still starting, or that searches, is not asked', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { launcher, helpers } = fakeHelpers()
  const client = createKeychainClient(launcher, () => Date.now())
  void client.hello()
  vi.advanceTimersByTime(60_000)
  helpers[0]?.reply({ id: 1, ok: true, value: true })
  void client.findAccounts?.('s')
  vi.advanceTimersByTime(60_000)
  expect(helpers[0]?.requests.map(({ op }) => op)).toEqual(['hello', 'accounts'])
})
