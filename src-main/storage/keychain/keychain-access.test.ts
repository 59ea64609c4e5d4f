import { expect, test } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { KeychainAccess } from './keychain-access.ts'
import { createMemoryKeychain } from '../storage.testkit.ts'
import type { MemoryKeychain } from '../storage.testkit.ts'

const locked = new Error('Secret Service: unlock prompt was dismissed')
const read = (account: string) => (adapter: { getPassword: MemoryKeychain['getPassword'] }) =>
  adapter.getPassword('service', account)

function accessOver(
  adapter: MemoryKeychain | null,
  callMs = 50
): { access: KeychainAccess; clock: { at: number } } {
  const clock = { at: 0 }
  const access = new KeychainAccess({
    load: async () => adapter,
    deadlines: { probeMs: 30, callMs },
    now: () => clock.at
  })
  return { access, clock }
}

test('A call that is not answered ends at its deadline, and the next one works', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter)
  adapter.hang('get')
  await expect(access.call(read('a'))).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT', retryable: true })
  adapter.hang(null)
  expect(await access.call(read('a'))).toBeNull()
})

test('Twenty calls on a locked keychain raise one prompt', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter)
  adapter.fail(locked)
  const calls = await Promise.allSettled(Array.from({ length: 20 }, () => access.call(read('a'))))
  expect(calls.map((call) => call.status === 'rejected' && (call.reason as VaultError).code)).toEqual(
    Array.from({ length: 20 }, () => 'KEYCHAIN_LOCKED')
  )
  expect(adapter.calls).toHaveLength(1)
})

test('After the keychain was unlocked the next call goes through', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter)
  adapter.fail(locked)
  await expect(access.call(read('a'))).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  adapter.fail(null)
  expect(await Promise.all([access.call(read('a')), access.call(read('b'))])).toEqual([null, null])
})

test('A probe counts for 60 seconds', async () => {
  const adapter = createMemoryKeychain()
  const { access, clock } = accessOver(adapter)
  const check = async (): Promise<void> => void adapter.calls.push('probe')
  await access.probe(check)
  clock.at = 59_999
  await access.probe(check)
  expect(adapter.calls).toEqual(['probe'])
  clock.at = 60_000
  await access.probe(check)
  expect(adapter.calls).toEqual(['probe', 'probe'])
})

test('A probe that found no keychain counts as well', async () => {
  const { access } = accessOver(null)
  expect(await access.probe(async () => undefined)).toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
})

test('A failed probe counts for four seconds: a caller after five, a little early, causes a new probe', async () => {
  const { access, clock } = accessOver(createMemoryKeychain())
  let probes = 0
  const check = async (): Promise<void> => {
    probes += 1
    throw locked
  }
  await access.probe(check)
  clock.at = 3999
  await access.probe(check)
  expect(probes).toBe(1)
  clock.at = 4999
  await access.probe(check)
  expect(probes).toBe(2)
})

test('A caller that asks just as a probe ends gets its result', async () => {
  for (let turns = 0; turns < 40; turns += 1) {
    const { access } = accessOver(createMemoryKeychain())
    const check = async (): Promise<void> => {
      throw new VaultError('KEYCHAIN_TIMEOUT')
    }
    const first = access.probe(check)
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    const both = await Promise.all([first, access.probe(check)])
    expect(both).toMatchObject([{ code: 'KEYCHAIN_TIMEOUT' }, { code: 'KEYCHAIN_TIMEOUT' }])
  }
})

test('A probe that timed out does not count', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter)
  adapter.hang('get')
  const check = async (): Promise<void> => void (await read('a')(adapter))
  expect(await access.probe(check)).toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  adapter.hang(null)
  expect(await access.probe(check)).toBeNull()
})

test('A good probe is forgotten at once when a call times out', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter)
  let probes = 0
  const check = async (): Promise<void> => void (probes += 1)
  await access.probe(check)
  adapter.hang('get')
  await expect(access.call(read('a'))).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  await access.probe(check)
  expect(probes).toBe(2)
})

test('A probe does not end a call that waits for a person', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter, 300)
  adapter.hang('get')
  const call = access.call(read('a'))
  expect(await access.probe(async () => undefined)).toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  const first = await Promise.race([call.catch(() => 'ended'), Promise.resolve('still waiting')])
  expect(first).toBe('still waiting')
  await expect(call).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
})

test('A probe that finds a busy keychain ends no call and refuses no later one', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter, 5000)
  let interrupted = 0
  adapter.interrupt = () => void (interrupted += 1)
  await access.call(read('a'))
  const { promise, resolve } = Promise.withResolvers<string>()
  const slow = access.call(() => promise)
  const probe = await access.probe(() => new Promise(() => undefined))
  expect(probe).toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  expect(interrupted).toBe(0)
  expect(await access.call(read('a'))).toBeNull()
  resolve('late')
  expect(await slow).toBe('late')
  // If no other call is under way, the keychain itself hangs.
  await access.probe(() => new Promise(() => undefined))
  expect(interrupted).toBe(1)
})

test('An unanswered probe does not refuse the calls behind it: they have longer to wait for a person', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter, 5000)
  let interrupted = 0
  adapter.interrupt = () => void (interrupted += 1)
  const probe = access.probe(() => new Promise(() => undefined))
  const behind = Promise.all([access.call(read('a')), access.call(read('b'))])
  expect(await probe).toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  expect(await behind).toEqual([null, null])
  expect(interrupted).toBe(1)
})

test('A probe that a locked keychain refused still spares the calls behind it their prompts', async () => {
  const adapter = createMemoryKeychain()
  const { access } = accessOver(adapter)
  adapter.fail(locked)
  const probe = access.probe(async () => void (await read('a')(adapter)))
  const behind = access.call(read('b'))
  await expect(behind).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(await probe).toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(adapter.calls).toHaveLength(1)
})

test('The load time of the adapter does not count against the keychain', async () => {
  const { promise, resolve } = Promise.withResolvers<MemoryKeychain>()
  const access = new KeychainAccess({
    load: () => promise,
    deadlines: { probeMs: 10, callMs: 20 },
    now: () => 0
  })
  const probe = access.probe(async () => undefined)
  const call = access.call(read('a'))
  // The load takes longer than all deadlines together.
  setTimeout(() => resolve(createMemoryKeychain()), 100)
  expect([await probe, await call]).toEqual([null, null])
})

test('A loader that failed is tried again', async () => {
  let loads = 0
  const access = new KeychainAccess({
    load: async () => {
      loads += 1
      if (loads === 1) throw new VaultError('KEYCHAIN_TIMEOUT')
      return createMemoryKeychain()
    },
    deadlines: { probeMs: 30, callMs: 30 },
    now: () => 0
  })
  await expect(access.call(read('a'))).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT' })
  expect(await access.call(read('a'))).toBeNull()
  await access.call(read('a'))
  expect(loads).toBe(2)
})
