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
  const budgets = new Budgets(clock)
  /** Takes until it is refused, at most `most` times; how often it was ok, and the last answer. */
  const takeAll = (client: string, given: BudgetLimits, most = 100_000): [number, string] => {
    for (let count = 0; count < most; count += 1) {
      const answer = budgets.take(client, given)
      if (answer !== 'ok') return [count, answer]
    }
    return [most, 'ok']
  }
  return { clock, budgets, takeAll }
}

describe('the budget of a minute', () => {
  it('refuses the request after the last one of the limit', () => {
    expect(world().takeAll('a', limits(3))).toEqual([3, 'minute'])
  })

  it('is 600 where none is written down', () => {
    expect(world().takeAll('a', noLimits)).toEqual([600, 'minute'])
  })

  it('is each client’s own', () => {
    const { takeAll } = world()
    takeAll('a', limits(3))
    expect(takeAll('b', limits(3))).toEqual([3, 'minute'])
  })

  it('slides: what was used is given back a minute later, and not before', () => {
    const { clock, takeAll } = world()
    expect(takeAll('a', limits(4), 2)).toEqual([2, 'ok'])
    clock.jump(30 * SECOND)
    expect(takeAll('a', limits(4))).toEqual([2, 'minute'])
    clock.jump(30 * SECOND)
    expect(takeAll('a', limits(4))).toEqual([0, 'minute'])
    clock.jump(SECOND)
    expect(takeAll('a', limits(4))).toEqual([2, 'minute'])
  })

  it('is not used by requests that were refused', () => {
    const { budgets, clock, takeAll } = world()
    takeAll('a', limits(2))
    clock.jump(59 * SECOND)
    for (let count = 0; count < 10; count += 1) expect(budgets.take('a', limits(2))).toBe('minute')
    clock.jump(2 * SECOND)
    expect(takeAll('a', limits(2))).toEqual([2, 'minute'])
  })

  it('follows a limit that changes', () => {
    const { takeAll } = world()
    takeAll('a', limits(10), 5)
    expect(takeAll('a', limits(3))).toEqual([0, 'minute'])
    expect(takeAll('a', limits(8))).toEqual([3, 'minute'])
  })

  it('has never more requests than its limit, whenever they come', () => {
    const gaps = fc.array(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 150 })
    const property = fc.property(gaps, fc.integer({ min: 1, max: 8 }), (waits, most) => {
      const { budgets, clock } = world()
      const taken: number[] = []
      for (const wait of waits) {
        clock.jump(wait)
        if (budgets.take('a', limits(most)) === 'ok') taken.push(clock.now().getTime())
      }
      for (const [index, at] of taken.entries()) {
        const before = taken[index - most]
        if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(MINUTE)
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('is given back whole at the latest 61 seconds later', () => {
    const property = fc.property(fc.nat({ max: 999 }), (offset) => {
      const { clock, takeAll } = world(new Date(1_700_000_000_000 + offset))
      takeAll('a', limits(5))
      clock.jump(61 * SECOND)
      expect(takeAll('a', limits(5))).toEqual([5, 'minute'])
    })
    fc.assert(property, { numRuns: 200 })
  })
})

describe('what is left of a budget', () => {
  it('is told without counting anything', () => {
    const { budgets, takeAll } = world()
    for (let count = 0; count < 10; count += 1) expect(budgets.left('a', limits(3, 5))).toBe('ok')
    expect(takeAll('a', limits(3, 5))).toEqual([3, 'minute'])
    expect(budgets.left('a', limits(3, 5))).toBe('minute')
    expect(budgets.left('a', limits(3, 3))).toBe('day')
  })
})

describe('the budget of a day', () => {
  it('ends at midnight in UTC', () => {
    const { clock, takeAll } = world(new Date('2026-11-21T23:58:00Z'))
    expect(takeAll('a', limits(10, 5))).toEqual([5, 'day'])
    clock.jump(2 * MINUTE - 1)
    expect(takeAll('a', limits(10, 5))).toEqual([0, 'day'])
    clock.jump(1)
    expect(takeAll('a', limits(10, 5))).toEqual([5, 'day'])
  })

  it('is 50,000 where none is written down', () => {
    expect(world().takeAll('a', limits(999_999))).toEqual([50_000, 'day'])
  })

  it('is named first, because waiting a minute does not help', () => {
    expect(world().takeAll('a', limits(5, 5))).toEqual([5, 'day'])
  })

  it('is not used by requests that the minute refuses', () => {
    const { clock, takeAll, budgets } = world()
    takeAll('a', limits(3, 5))
    for (let count = 0; count < 10; count += 1) expect(budgets.take('a', limits(3, 5))).toBe('minute')
    clock.jump(2 * MINUTE)
    expect(takeAll('a', limits(3, 5))).toEqual([2, 'day'])
  })
})

describe('a clock that is set', () => {
  it.each([
    ['a second', SECOND],
    ['an hour', HOUR],
    ['three days', 3 * DAY]
  ])('back by %s gives nothing back', (_name, ms) => {
    const { clock, takeAll } = world()
    takeAll('a', limits(3))
    takeAll('b', limits(9, 4))
    clock.jump(-ms)
    expect(takeAll('a', limits(3))).toEqual([0, 'minute'])
    expect(takeAll('b', limits(9, 4))).toEqual([0, 'day'])
  })

  it('back lets a minute end after a minute all the same', () => {
    const { clock, takeAll } = world()
    takeAll('a', limits(3))
    clock.jump(-HOUR)
    takeAll('a', limits(3))
    clock.jump(61 * SECOND)
    expect(takeAll('a', limits(3))).toEqual([3, 'minute'])
  })

  it('forward by years is no hang, and the next request is allowed', () => {
    const { clock, takeAll } = world()
    takeAll('a', limits(3))
    clock.jump(4000 * DAY)
    expect(takeAll('a', limits(3))).toEqual([3, 'minute'])
  })
})

describe('the room for clients', () => {
  it('is for 1,000: the one that asked longest ago begins at zero, the others do not', () => {
    const { budgets, takeAll } = world()
    for (let index = 0; index < 1000; index += 1) takeAll(`client-${String(index)}`, limits(1))
    expect(budgets.take('client-0', limits(1))).toBe('minute')
    expect(budgets.take('newcomer', limits(1))).toBe('ok')
    expect(budgets.take('client-0', limits(1))).toBe('minute')
    expect(budgets.take('client-2', limits(1))).toBe('minute')
    expect(budgets.take('client-1', limits(1))).toBe('ok')
  })
})
