import { expect, it } from 'vitest'
import { exactTime, relativeTime } from './relative-time.ts'

const now = Date.parse('2026-11-30T12:00:00.000Z')

it.each([
  ['2026-11-30T12:00:00.000Z', 'now'],
  ['2026-11-30T12:00:42.000Z', 'in 42 s'],
  ['2026-11-30T12:59:40.000Z', 'in 1 h'],
  ['2026-11-30T11:08:00.000Z', '52 min ago'],
  ['2026-12-01T12:00:00.000Z', 'in 1 day'],
  ['2026-12-03T12:00:00.000Z', 'in 3 days'],
  ['2027-03-01T12:00:00.000Z', 'in 3 months'],
  ['2020-11-30T12:00:00.000Z', '6 years ago']
])('%s is said as %s', (instant, words) => {
  expect(relativeTime(instant, now)).toBe(words)
})

it('has the exact time beside it', () => {
  expect(exactTime('2026-12-01T12:00:00.000Z', now)).toBe('2026-12-01 12:00 UTC (in 1 day)')
})
