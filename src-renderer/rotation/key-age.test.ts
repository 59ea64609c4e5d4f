import { describe, expect, it } from 'vitest'
import { ageText, isOld } from './key-age.ts'

const DAY = 86_400_000
const now = Date.parse('2026-11-21T12:00:00Z')

describe('the age of a key', () => {
  it.each([
    ['2026-11-21T12:00:00Z', 'now', false],
    ['2026-11-21T13:00:00Z', 'now', false],
    ['2026-11-18T12:00:00Z', '3 days ago', false],
    ['2026-02-21T12:00:00Z', '9 months ago', false],
    ['2025-09-20T12:00:00Z', '14 months ago', true],
    ['2024-12-10T12:00:00Z', '23 months ago', true],
    ['2023-11-01T12:00:00Z', '3 years ago', true]
  ])('of %s is said as %j', (from, text, old) => {
    expect([ageText(Date.parse(from), now), isOld(Date.parse(from), now)]).toEqual([text, old])
  })

  it('is no reason for a hint on the day it becomes a year', () => {
    expect([isOld(now - 365 * DAY, now), isOld(now - 365 * DAY - 1, now)]).toEqual([false, true])
  })
})
