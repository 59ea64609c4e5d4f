import { expect, test } from 'vitest'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { StorageMonitor } from './storage-monitor.ts'
import { FakeClock, settle } from '../testing/fake-clock.ts'

const healthy: StorageHealth = { backend: 'keychain', label: 'Keyring', state: 'healthy', problem: null }
const locked: StorageHealth = {
  backend: null,
  label: 'Keyring',
  state: 'locked',
  problem: toProblem(new VaultError('KEYCHAIN_LOCKED'))
}

function world(first: StorageHealth) {
  const clock = new FakeClock()
  const told: string[] = []
  const store = { health: first, asked: 0 }
  const monitor = new StorageMonitor({
    clock,
    ask: async () => {
      store.asked += 1
      return store.health
    },
    onChange: ({ state }) => told.push(state)
  })
  return { clock, told, store, monitor }
}

test('A keychain that was locked is asked again until it opens, and each change is told once', async () => {
  const { clock, told, store, monitor } = world(locked)
  monitor.look()
  await clock.pass(125_000)
  // At once, then after 5, 15, 35, 65, 95 and 125 seconds.
  expect(store.asked).toBe(7)
  store.health = healthy
  await clock.pass(30_000)
  expect(told).toEqual(['locked', 'healthy'])
})

test('A keychain that was only slow once is back five seconds later, and begins again the next time', async () => {
  const { clock, told, store, monitor } = world(locked)
  for (let round = 0; round < 2; round += 1) {
    store.health = locked
    monitor.look()
    await settle()
    store.health = healthy
    await clock.pass(5000)
  }
  expect(told).toEqual(['locked', 'healthy', 'locked', 'healthy'])
})

test('Being asked by others makes its own pauses neither longer nor shorter', async () => {
  const { clock, monitor } = world(locked)
  for (let time = 0; time < 3; time += 1) await monitor.check()
  expect(clock.waits).toEqual([5000, 5000, 5000])
  await clock.pass(5000)
  await monitor.check()
  await monitor.check()
  expect(clock.waits.slice(3)).toEqual([10_000, 10_000, 10_000])
  await clock.pass(10_000)
  expect(clock.waits.slice(6)).toEqual([20_000])
  expect(clock.pending).toBe(1)
})

test('A store that is well is not asked again on its own', async () => {
  const { clock, store, monitor } = world(healthy)
  monitor.look()
  await clock.pass(3_600_000)
  expect(store.asked).toBe(1)
  expect(clock.pending).toBe(0)
})

test('A failure makes it ask at once, and a hundred failures while it is ill do not', async () => {
  const { clock, told, store, monitor } = world(healthy)
  await monitor.health()
  store.health = locked
  monitor.doubt()
  await settle()
  expect(told).toEqual(['healthy', 'locked'])
  for (let failure = 0; failure < 100; failure += 1) monitor.doubt()
  await settle()
  expect(store.asked).toBe(2)
  await clock.pass(5000)
  expect(store.asked).toBe(3)
})

test('Closed, it asks no more', async () => {
  const { clock, store, monitor } = world(locked)
  await monitor.check()
  monitor.close()
  await clock.pass(120_000)
  expect(store.asked).toBe(1)
  expect(clock.pending).toBe(0)
})

test('A store that is held is locked at once, also while it is asked, and is asked again when it is open', async () => {
  const { clock, told, store, monitor } = world(healthy)
  await monitor.check()
  const asked = monitor.check()
  expect(await monitor.hold(true)).toMatchObject({ state: 'locked', problem: { code: 'VAULT_LOCKED' } })
  expect(told).toEqual(['healthy', 'locked'])
  expect((await asked).state).toBe('locked')
  const before = store.asked
  expect((await monitor.check()).state).toBe('locked')
  await clock.pass(120_000)
  expect(store.asked).toBe(before)
  expect((await monitor.hold(false)).state).toBe('healthy')
  expect(told).toEqual(['healthy', 'locked', 'healthy'])
})
