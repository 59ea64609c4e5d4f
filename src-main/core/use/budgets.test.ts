import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../testing/fake-clock.ts'
import { type BudgetLimits, Budgets, noLimits } from './budgets.ts'

const SECOND = 1000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const limits = (perMinute: number | null, perDay: number | null = null): BudgetLimits => ({
  perMinute,
  perDay
})

function world(start = new Date('2026-11-21T10:00:00Z')) {
  const clock = new FakeClock(start)
  /** What was sent, as the log has it. */
  const log: { readonly client: string; readonly at: Date }[] = []
  const state = { isUnreadable: false }
  const newProcess = (): Budgets =>
    new Budgets(clock, async (client, since) => {
      if (state.isUnreadable) throw new Error('unreadable')
      return log.filter((row) => row.client === client && row.at >= since).length
    })
  const budgets = newProcess()
  const take = async (client: string, given: BudgetLimits, of = budgets): Promise<string> => {
    const answer = await of.take(client, given)
    if (answer === 'ok') log.push({ client, at: clock.now() })
    return answer
  }
  /** Takes until it is refused, at most `most` times; how often it was ok, and the last answer. */
  const takeAll = async (
    client: string,
    given: BudgetLimits,
    { most = 100_000, of = budgets } = {}
  ): Promise<[number, string]> => {
    for (let count = 0; count < most; count += 1) {
      const answer = await take(client, given, of)
      if (answer !== 'ok') return [count, answer]
    }
    return [most, 'ok']
  }
  return { clock, budgets, newProcess, state, take, takeAll }
}

describe('the budget of a minute', () => {
  it('refuses the request after the last one of the limit', async () => {
    expect(await world().takeAll('a', limits(3))).toEqual([3, 'minute'])
  })

  it('is 600 where none is written down', async () => {
    expect(await world().takeAll('a', noLimits)).toEqual([600, 'minute'])
  })

  it('is each client’s own', async () => {
    const { takeAll } = world()
    await takeAll('a', limits(3))
    expect(await takeAll('b', limits(3))).toEqual([3, 'minute'])
  })

  it('slides: what was used is given back a minute later, and not before', async () => {
    const { clock, takeAll } = world()
    expect(await takeAll('a', limits(4), { most: 2 })).toEqual([2, 'ok'])
    clock.jump(30 * SECOND)
    expect(await takeAll('a', limits(4))).toEqual([2, 'minute'])
    clock.jump(30 * SECOND)
    expect(await takeAll('a', limits(4))).toEqual([0, 'minute'])
    clock.jump(SECOND)
    expect(await takeAll('a', limits(4))).toEqual([2, 'minute'])
  })

  it('is not used by requests that were refused', async () => {
    const { take, clock, takeAll } = world()
    await takeAll('a', limits(2))
    clock.jump(59 * SECOND)
    for (let count = 0; count < 10; count += 1) expect(await take('a', limits(2))).toBe('minute')
    clock.jump(2 * SECOND)
    expect(await takeAll('a', limits(2))).toEqual([2, 'minute'])
  })

  it('follows a limit that changes', async () => {
    const { takeAll } = world()
    await takeAll('a', limits(10), { most: 5 })
    expect(await takeAll('a', limits(3))).toEqual([0, 'minute'])
    expect(await takeAll('a', limits(8))).toEqual([3, 'minute'])
  })

  it('has never more requests than its limit, whenever they come', async () => {
    const gaps = fc.array(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 150 })
    const property = fc.asyncProperty(gaps, fc.integer({ min: 1, max: 8 }), async (waits, most) => {
      const { clock, take } = world()
      const taken: number[] = []
      for (const wait of waits) {
        clock.jump(wait)
        if ((await take('a', limits(most))) === 'ok') taken.push(clock.now().getTime())
      }
      for (const [index, at] of taken.entries()) {
        const before = taken[index - most]
        if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(MINUTE)
      }
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('is given back whole at the latest 61 seconds later', async () => {
    const property = fc.asyncProperty(fc.nat({ max: 999 }), async (offset) => {
      const { clock, takeAll } = world(new Date(1_700_000_000_000 + offset))
      await takeAll('a', limits(5))
      clock.jump(61 * SECOND)
      expect(await takeAll('a', limits(5))).toEqual([5, 'minute'])
    })
    await fc.assert(property, { numRuns: 200 })
  })
})

describe('what is left of a budget', () => {
  it('is told without counting anything', async () => {
    const { budgets, takeAll } = world()
    for (let count = 0; count < 10; count += 1) expect(await budgets.left('a', limits(3, 5))).toBe('ok')
    expect(await takeAll('a', limits(3, 5))).toEqual([3, 'minute'])
    expect(await budgets.left('a', limits(3, 5))).toBe('minute')
    expect(await budgets.left('a', limits(3, 3))).toBe('day')
  })
})

describe('the budget of a day', () => {
  it('ends at midnight in UTC', async () => {
    const { clock, takeAll } = world(new Date('2026-11-21T23:58:00Z'))
    expect(await takeAll('a', limits(10, 5))).toEqual([5, 'day'])
    clock.jump(2 * MINUTE - 1)
    expect(await takeAll('a', limits(10, 5))).toEqual([0, 'day'])
    clock.jump(1)
    expect(await takeAll('a', limits(10, 5))).toEqual([5, 'day'])
  })

  it('is 50,000 where none is written down', async () => {
    expect(await world().takeAll('a', limits(999_999))).toEqual([50_000, 'day'])
  })

  it('is named first, because waiting a minute does not help', async () => {
    expect(await world().takeAll('a', limits(5, 5))).toEqual([5, 'day'])
  })

  it('is not used by requests that the minute refuses', async () => {
    const { clock, takeAll, take } = world()
    await takeAll('a', limits(3, 5))
    for (let count = 0; count < 10; count += 1) expect(await take('a', limits(3, 5))).toBe('minute')
    clock.jump(2 * MINUTE)
    expect(await takeAll('a', limits(3, 5))).toEqual([2, 'day'])
  })
})

describe('the day of a new process', () => {
  it('goes on where the last one has stopped, for each client on its own', async () => {
    const { newProcess, takeAll, clock } = world()
    await takeAll('a', limits(10, 5), { most: 3 })
    const next = newProcess()
    expect(await takeAll('a', limits(10, 5), { of: next })).toEqual([2, 'day'])
    expect(await takeAll('b', limits(10, 5), { of: next })).toEqual([5, 'day'])
    clock.jump(DAY)
    expect(await takeAll('a', limits(10, 5), { of: newProcess() })).toEqual([5, 'day'])
  })

  it('gives nothing back after the clock was set back, nor when it is right again', async () => {
    const { newProcess, takeAll, clock } = world()
    await takeAll('a', limits(10, 5))
    clock.jump(-DAY)
    const next = newProcess()
    expect(await takeAll('a', limits(10, 5), { of: next })).toEqual([0, 'day'])
    clock.jump(DAY)
    expect(await takeAll('a', limits(10, 5), { of: next })).toEqual([0, 'day'])
  })

  it('counts the log once, also for requests that come at the same time', async () => {
    const { newProcess, take, takeAll } = world()
    await takeAll('a', limits(10, 5), { most: 4 })
    const next = newProcess()
    const answers = await Promise.all([1, 2, 3].map(() => take('a', limits(10, 5), next)))
    expect(answers.toSorted()).toEqual(['day', 'day', 'ok'])
  })

  it('allows nothing while the log can not be read, and reads it again', async () => {
    const { newProcess, state, take } = world()
    const next = newProcess()
    state.isUnreadable = true
    await expect(take('a', limits(10, 5), next)).rejects.toThrow('unreadable')
    await expect(next.left('a', limits(10, 5))).rejects.toThrow('unreadable')
    state.isUnreadable = false
    expect(await take('a', limits(10, 5), next)).toBe('ok')
  })
})

describe('a clock that is set', () => {
  it('back by a day and then right again gives nothing back', async () => {
    const { clock, takeAll } = world()
    await takeAll('a', limits(9, 4))
    clock.jump(-DAY)
    expect(await takeAll('a', limits(9, 4))).toEqual([0, 'day'])
    clock.jump(DAY)
    expect(await takeAll('a', limits(9, 4))).toEqual([0, 'day'])
  })

  it('forward by years for a moment does not hold up the days that follow', async () => {
    const { clock, takeAll } = world()
    clock.jump(4000 * DAY)
    await takeAll('a', limits(9, 4), { most: 2 })
    clock.jump(-4000 * DAY)
    expect(await takeAll('a', limits(9, 4))).toEqual([2, 'day'])
    clock.jump(DAY)
    expect(await takeAll('a', limits(9, 4))).toEqual([2, 'day'])
  })

  it.each([
    ['a second', SECOND],
    ['an hour', HOUR],
    ['three days', 3 * DAY]
  ])('back by %s gives nothing back', async (_name, ms) => {
    const { clock, takeAll } = world()
    await takeAll('a', limits(3))
    await takeAll('b', limits(9, 4))
    clock.jump(-ms)
    expect(await takeAll('a', limits(3))).toEqual([0, 'minute'])
    expect(await takeAll('b', limits(9, 4))).toEqual([0, 'day'])
  })

  it('back lets a minute end after a minute all the same', async () => {
    const { clock, takeAll } = world()
    await takeAll('a', limits(3))
    clock.jump(-HOUR)
    await takeAll('a', limits(3))
    clock.jump(61 * SECOND)
    expect(await takeAll('a', limits(3))).toEqual([3, 'minute'])
  })

  it('forward by years is no hang, and the next request is allowed', async () => {
    const { clock, takeAll } = world()
    await takeAll('a', limits(3))
    clock.jump(4000 * DAY)
    expect(await takeAll('a', limits(3))).toEqual([3, 'minute'])
  })
})

describe('the room for clients', () => {
  it('is for 1,000: the minute of the one that asked longest ago begins at zero, no other one does', async () => {
    const { take, takeAll } = world()
    for (let index = 0; index < 1000; index += 1) await takeAll(`client-${String(index)}`, limits(1))
    expect(await take('client-0', limits(1))).toBe('minute')
    expect(await take('newcomer', limits(1))).toBe('ok')
    expect(await take('client-0', limits(1))).toBe('minute')
    expect(await take('client-2', limits(1))).toBe('minute')
    expect(await take('client-1', limits(1))).toBe('ok')
  })
})
