import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultPreferences, type Preferences } from '#shared/preferences.ts'
import { AutoLock } from './auto-lock.ts'

const MINUTE = 60_000
const closing: AutoLock[] = []

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  for (const each of closing.splice(0)) each.close()
  vi.useRealTimers()
})

function autoLock(given: Partial<Preferences> = {}) {
  const begun = Date.now()
  const world = {
    preferences: { ...defaultPreferences, ...given },
    usedAt: begun,
    isLocked: false,
    refuses: false,
    lockedAt: [] as number[]
  }
  const auto = new AutoLock({
    preferences: () => world.preferences,
    isLocked: () => world.isLocked,
    lock: async () => {
      if (world.refuses) throw new Error('a move runs')
      world.isLocked = true
      world.lockedAt.push(Date.now() - begun)
    },
    idleTime: async () => Date.now() - world.usedAt
  })
  closing.push(auto)
  auto.start()
  return { world, auto }
}

describe('the vault locks itself', () => {
  it('after the minutes of the preference, within seconds', async () => {
    const { world } = autoLock({ lockAfter: 10 })
    await vi.advanceTimersByTimeAsync(9 * MINUTE)
    expect(world.lockedAt).toEqual([])
    await vi.advanceTimersByTimeAsync(MINUTE + 5000)
    expect(world.lockedAt).toHaveLength(1)
  })

  it('not while somebody uses the computer', async () => {
    const { world } = autoLock({ lockAfter: 1 })
    for (let minute = 0; minute < 30; minute += 1) {
      await vi.advanceTimersByTimeAsync(MINUTE / 2)
      world.usedAt = Date.now()
    }
    expect(world.lockedAt).toEqual([])
  })

  it('never if it may not, and as soon as it may', async () => {
    const { world } = autoLock({ lockAfter: null })
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    expect(world.lockedAt).toEqual([])
    world.preferences = { ...world.preferences, lockAfter: 30 }
    await vi.advanceTimersByTimeAsync(MINUTE + 5000)
    expect(world.lockedAt).toHaveLength(1)
  })

  it('later, if it is refused meanwhile', async () => {
    const { world } = autoLock({ lockAfter: 1 })
    world.refuses = true
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    world.refuses = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(world.lockedAt).toHaveLength(1)
  })

  it.each([
    ['before sleep', 'slept', 'lockOnSleep'],
    ['with the screen', 'screenLocked', 'lockWithScreen']
  ] as const)('%s, unless that is switched off', async (_when, event, preference) => {
    const { world, auto } = autoLock({ lockAfter: null, [preference]: false })
    auto[event]()
    await vi.advanceTimersByTimeAsync(0)
    expect(world.lockedAt).toEqual([])
    world.preferences = { ...world.preferences, [preference]: true }
    auto[event]()
    auto[event]()
    await vi.advanceTimersByTimeAsync(0)
    expect(world.lockedAt).toHaveLength(1)
  })
})
