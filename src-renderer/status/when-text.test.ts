import { describe, expect, it } from 'vitest'
import type { CredentialSummary } from '#shared/credential.ts'
import { summary } from '../test-summary.ts'
import { countsSeconds, lifeUsed, whenText } from './when-text.ts'

const now = Date.parse('2026-11-21T12:00:00.000Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const iso = (distance: number) => new Date(now + distance).toISOString()
const until = (distance: number) => ({ kind: 'at', at: iso(distance) }) as const

describe('the second line of a status', () => {
  it.each<[string, string, Partial<CredentialSummary>]>([
    [
      'renews in 52 min',
      'renews in 52 min',
      { renewable: true, expiry: until(52 * MINUTE), nextRefreshAt: iso(52 * MINUTE) }
    ],
    [
      'renews in 40 min',
      'renews in 40 min',
      { renewable: true, expiry: until(HOUR), nextRefreshAt: iso(40 * MINUTE) }
    ],
    ['renews now', 'renews now', { renewable: true, expiry: until(-1), nextRefreshAt: null }],
    [
      'renews when used',
      'renews when used',
      { renewable: true, keptFresh: false, expiry: until(HOUR), nextRefreshAt: null }
    ],
    [
      'use within 5 days',
      'sign in or use within 5 days',
      { status: { kind: 'expiring' }, renewable: true, expiry: until(HOUR), useBefore: iso(5 * DAY) }
    ],
    [
      'may have ended',
      'may have ended',
      { status: { kind: 'expiring' }, renewable: true, expiry: until(-DAY), useBefore: iso(-1) }
    ],
    [
      'sign in within 10 days',
      'sign in within 10 days',
      { status: { kind: 'expiring' }, renewable: true, expiry: until(HOUR), signInBefore: iso(10 * DAY) }
    ],
    [
      'use within 5 days',
      'sign in or use within 5 days',
      {
        status: { kind: 'expiring' },
        renewable: true,
        expiry: until(HOUR),
        useBefore: iso(5 * DAY),
        signInBefore: iso(10 * DAY)
      }
    ],
    [
      'may have ended',
      'may have ended',
      { status: { kind: 'expiring' }, renewable: true, expiry: until(HOUR), signInBefore: iso(-1) }
    ],
    ['in 8 months', 'expires in 8 months', { expiry: until(243 * DAY) }],
    ['no expiry', 'no expiry', { expiry: { kind: 'never' } }],
    ['expiry unknown', 'expiry unknown', { expiry: { kind: 'unknown' } }],
    ['in 3 days', 'expires in 3 days', { status: { kind: 'expiring' }, expiry: until(3 * DAY) }],
    ['in 1 day', 'expires in 1 day', { status: { kind: 'expiring' }, renewable: true, expiry: until(DAY) }],
    ['2 days ago', 'expired 2 days ago', { status: { kind: 'expired' }, expiry: until(-2 * DAY) }],
    ['started 2 s ago', 'started 2 s ago', { status: { kind: 'refreshing', since: iso(-2000) } }],
    [
      'next try in 4 min',
      'next try in 4 min',
      { status: { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: iso(4 * MINUTE) } }
    ],
    [
      'trying again',
      'trying again',
      { status: { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: iso(-1) } }
    ],
    [
      'retry by hand',
      'retry by hand',
      { status: { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: null } }
    ],
    [
      '2 h ago',
      '2 h ago',
      { status: { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: iso(-2 * HOUR) } }
    ],
    ['expiry unknown', 'expiry unknown', { status: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' } }],
    ['expiry hidden', 'expiry hidden', { status: { kind: 'locked' }, expiry: until(DAY) }]
  ])('%s', (text, spoken, part) => {
    expect(whenText(summary(part), now)).toMatchObject({ text, spoken })
  })

  it('counts seconds only within two minutes', () => {
    expect(countsSeconds(summary({ expiry: until(90_000) }), now)).toBe(true)
    expect(countsSeconds(summary({ expiry: until(3 * MINUTE) }), now)).toBe(false)
    expect(countsSeconds(summary(), now)).toBe(false)
  })
})

const life = (from: number, to: number) => lifeUsed(summary({ issuedAt: iso(from), expiry: until(to) }), now)

describe('a life', () => {
  it('is measured from its start to its end, and stays within them', () => {
    expect(life(-HOUR, HOUR)).toBe(0.5)
    expect(life(-2 * HOUR, -HOUR)).toBe(1)
    expect(life(HOUR, 2 * HOUR)).toBe(0)
    expect(life(HOUR, HOUR)).toBe(0)
  })

  it('has no measure without an end', () => {
    expect(lifeUsed(summary(), now)).toBeNull()
  })
})
