import { describe, expect, it } from 'vitest'
import { endOf, NEVER, UNKNOWN } from './found-entries.ts'

const at = (text: string) => ({ kind: 'at', at: new Date(text) })

describe('an expiry that was found', () => {
  it.each<[unknown, string]>([
    [1924905600, '2030-12-31T00:00:00Z'],
    ['1924905600', '2030-12-31T00:00:00Z'],
    [1924905600.25, '2030-12-31T00:00:00.250Z'],
    [1924905600000, '2030-12-31T00:00:00Z'],
    ['2031-01-01T10:00:00Z', '2031-01-01T10:00:00Z'],
    ['2031-01-01T10:00:00.123456+02:00', '2031-01-01T08:00:00.123Z'],
    ['2031-01-01T10:00:00+0200', '2031-01-01T08:00:00Z'],
    ['2031-01-01 10:00:00z', '2031-01-01T10:00:00Z'],
    [' 2031-01-01T10:00Z ', '2031-01-01T10:00:00Z']
  ])('%j is an instant', (value, instant) => {
    expect(endOf(value, NEVER)).toEqual({ expiry: at(instant), note: null })
  })

  it.each([
    ['2031-01-01', '2031-01-01T00:00:00Z'],
    ['2031-01-01 10:00', '2031-01-01T10:00:00Z'],
    ['2031-01-01T10:00:00', '2031-01-01T10:00:00Z']
  ])('%s without a time zone is UTC, and that is said', (value, instant) => {
    expect(endOf(value, NEVER)).toEqual({ expiry: at(instant), note: expect.stringContaining('UTC') })
  })

  it.each(['next year', '01/02/2031', '2031-13-01', '2031-01-01T25:00:00Z', true, {}, [1], 12, -1, 1e300])(
    '%j is unknown, and that is said',
    (value) => {
      expect(endOf(value, NEVER)).toEqual({ expiry: UNKNOWN, note: 'Its expiry was not understood.' })
    }
  )

  it.each([undefined, null, ''])('that is not there (%j) is what its absence means', (value) => {
    expect(endOf(value, NEVER)).toEqual({ expiry: NEVER, note: null })
    expect(endOf(value, UNKNOWN)).toEqual({ expiry: UNKNOWN, note: null })
  })
})
