import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { FormerKeys } from './former-keys.ts'
import { KeyRotation } from './key-rotation.ts'
import { HOUR, MINUTE } from '../tokens/lifetime.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleKey } from '../testing/samples.ts'

const { ref } = sampleKey()
const DAY = 24 * HOUR

let clock: FakeClock
let repository: MemoryRepository
let rotation: KeyRotation
let formerKeys: FormerKeys
let drops: number

beforeEach(async () => {
  clock = new FakeClock()
  repository = new MemoryRepository()
  drops = 0
  rotation = new KeyRotation({
    repository,
    clock,
    checks: { check: async () => null },
    exclusively: (_ref, task) => task(),
    onSwitch: () => formerKeys.wake()
  })
  formerKeys = new FormerKeys({
    clock,
    entries: () => repository.list(),
    drop: (dropped) => {
      drops += 1
      return rotation.dropFormer(dropped)
    }
  })
  await repository.save(sampleKey())
})

async function switchKey(): Promise<void> {
  await rotation.prepare(ref, 'sk_test_the_new_key_42', null)
  await rotation.switch(ref)
}
const state = () => repository.find(ref)?.rotation?.kind ?? null

describe('a former key', () => {
  it('is dropped a day after the switch, by alarms of a minute at most', async () => {
    formerKeys.start()
    await switchKey()
    await clock.pass(DAY - 1)
    expect([state(), drops]).toEqual(['switched', 0])
    await clock.pass(1)
    expect([state(), drops]).toEqual([null, 1])
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(MINUTE)
  })

  it('sets an alarm only while it is kept', async () => {
    formerKeys.start()
    expect(clock.pending).toBe(0)
    await switchKey()
    expect(clock.pending).toBe(1)
    await clock.pass(DAY + 2 * MINUTE)
    expect([state(), clock.pending]).toEqual([null, 0])
  })

  it('is dropped at the start when its day ended while nothing ran', async () => {
    await switchKey()
    clock.jump(3 * DAY)
    formerKeys.start()
    await clock.pass(0)
    expect(state()).toBeNull()
  })

  it('is dropped on waking after a sleep that no alarm counted', async () => {
    formerKeys.start()
    await switchKey()
    clock.jump(2 * DAY)
    formerKeys.wake()
    await clock.pass(0)
    expect(state()).toBeNull()
  })

  it('is tried again after five minutes when the store did not answer, and at once on waking', async () => {
    formerKeys.start()
    await switchKey()
    repository.failLoad = new VaultError('KEYCHAIN_LOCKED')
    await clock.pass(DAY + 4 * MINUTE)
    expect([state(), drops]).toEqual(['switched', 1])
    await clock.pass(2 * MINUTE)
    expect(drops).toBe(2)
    repository.failLoad = null
    formerKeys.wake()
    await clock.pass(0)
    expect([state(), drops]).toEqual([null, 3])
  })

  it('is not dropped once and again while the store is slow', async () => {
    let finish = (): void => undefined
    const slow = new FormerKeys({
      clock,
      entries: () => repository.list(),
      drop: () => {
        drops += 1
        return new Promise<void>((done) => (finish = done))
      }
    })
    await switchKey()
    clock.jump(DAY)
    slow.start()
    slow.wake()
    await clock.pass(10 * MINUTE)
    expect(drops).toBe(1)
    finish()
    await clock.pass(2 * MINUTE)
    expect(drops).toBeGreaterThan(1)
    slow.stop()
  })

  it('is left alone after stopping', async () => {
    formerKeys.start()
    await switchKey()
    formerKeys.stop()
    await clock.pass(2 * DAY)
    formerKeys.wake()
    await clock.pass(2 * DAY)
    expect([state(), drops, clock.pending]).toEqual(['switched', 0, 0])
  })
})
