import { describe, expect, it } from 'vitest'
import {
  amountText,
  barEndText,
  clockText,
  countdownText,
  dayText,
  dayTimeText,
  exactText,
  relativeText
} from './time-text.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const now = new Date(2026, 10, 21, 12).getTime()

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [1000, '1 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [59.6 * MINUTE, '1 h'],
    [23.6 * HOUR, '1 day'],
    [2 * DAY, '2 days'],
    [30 * DAY, '30 days'],
    [61 * DAY, '2 months'],
    [360 * DAY, '1 year'],
    [-3 * DAY, '3 days'],
    [5 * 366 * DAY, '5 years']
  ])('%d ms is %s', (length, text) => {
    expect(amountText(length)).toBe(text)
  })
})

describe('a time beside now', () => {
  it('is ahead, past or now', () => {
    expect(relativeText(now + 3 * DAY, now)).toBe('in 3 days')
    expect(relativeText(now - 2 * HOUR, now)).toBe('2 h ago')
    expect(relativeText(now, now)).toBe('now')
  })

  it('is named by its day', () => {
    expect(dayTimeText(now - 6 * HOUR, now)).toBe('today, 06:00')
    expect(dayTimeText(now - 20 * HOUR, now)).toBe('yesterday, 16:00')
    expect(dayTimeText(new Date(2026, 7, 14, 16, 20).getTime(), now)).toBe('14 Aug 2026, 16:20')
    expect(dayText(now - 6 * HOUR, now)).toBe('today')
    expect(dayText(now - 20 * HOUR, now)).toBe('yesterday')
    expect(dayText(new Date(2026, 7, 14, 16, 20).getTime(), now)).toBe('14 Aug 2026')
    expect(clockText(new Date(2026, 7, 14, 16, 20).getTime())).toBe('16:20')
  })

  it('says zone and UTC when it is exact', () => {
    expect(exactText(Date.parse('2026-11-24T14:00:00Z'))).toMatch(
      /24 November 2026.*\(24 Nov 2026, 14:00 UTC\)/
    )
  })

  it('is a time at the end of a bar within a day, else a date', () => {
    expect(barEndText(now + HOUR, now)).toBe('13:00')
    expect(barEndText(now + 40 * DAY, now)).toBe('31 Dec 2026')
  })
})

describe('a countdown', () => {
  it.each([
    [272_000, '4:32'],
    [5000, '0:05'],
    [-1, '0:00'],
    [600_000, '10:00']
  ])('%d ms is %s', (length, text) => {
    expect(countdownText(length)).toBe(text)
  })
})
