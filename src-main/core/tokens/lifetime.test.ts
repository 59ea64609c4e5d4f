import { describe, expect, it } from 'vitest'
import type { CredentialHealth } from '../credential-record.ts'
import {
  HOUR,
  MINUTE,
  SECOND,
  isExpired,
  isFresh,
  isRefreshOpen,
  mayTryNow,
  refreshDue,
  refreshMargin,
  retryDelay
} from './lifetime.ts'
import { START } from '../testing/samples.ts'

const later = (ms: number): Date => new Date(START.getTime() + ms)
const lasting = (ms: number) => ({ issuedAt: START, expiry: { kind: 'at', at: later(ms) } }) as const

describe('the margin before the end of a token', () => {
  const rows: [string, number, number][] = [
    ['an hour keeps a tenth up to five minutes', HOUR, 5 * MINUTE],
    ['half an hour keeps a tenth', 30 * MINUTE, 3 * MINUTE],
    ['five minutes keep a whole minute', 5 * MINUTE, MINUTE],
    ['ninety seconds keep no more than half', 90 * SECOND, 45 * SECOND],
    ['three seconds keep no more than half', 3 * SECOND, 1.5 * SECOND],
    ['a year keeps five minutes', 365 * 24 * HOUR, 5 * MINUTE],
    ['nothing keeps nothing', 0, 0]
  ]
  it.each(rows)('%s', (_name, life, margin) => {
    expect(refreshMargin(life)).toBe(margin)
  })
})

describe('whether a token may be handed out', () => {
  it('is fresh until its margin begins and expired at its end', () => {
    expect(isFresh(lasting(HOUR), later(55 * MINUTE - 1))).toBe(true)
    expect(isFresh(lasting(HOUR), later(55 * MINUTE))).toBe(false)
    expect(isExpired(lasting(HOUR).expiry, later(HOUR - 1))).toBe(false)
    expect(isExpired(lasting(HOUR).expiry, later(HOUR))).toBe(true)
  })

  it.each(['never', 'unknown'] as const)('stays fresh when its end is %s', (kind) => {
    const token = { issuedAt: START, expiry: { kind } }
    expect(isFresh(token, later(100 * 365 * 24 * HOUR))).toBe(true)
    expect(isExpired(token.expiry, later(100 * 365 * 24 * HOUR))).toBe(false)
    expect(refreshDue(token)).toBeNull()
    expect(isRefreshOpen(token, later(HOUR))).toBe(false)
  })

  it('is not fresh when a clock that has been set back dated it ahead', () => {
    expect(isFresh(lasting(HOUR), later(-4 * MINUTE))).toBe(true)
    expect(isFresh(lasting(HOUR), later(-6 * MINUTE))).toBe(false)
    expect(isRefreshOpen(lasting(HOUR), later(-6 * MINUTE))).toBe(true)
  })

  it('may be renewed in the background a little before it counts as used up', () => {
    expect(isRefreshOpen(lasting(HOUR), later(52 * MINUTE))).toBe(false)
    expect(isRefreshOpen(lasting(HOUR), later(53 * MINUTE))).toBe(true)
  })
})

describe('the wait after a failure', () => {
  const rows: [number, number, number | null, number][] = [
    [1, 1, null, SECOND],
    [2, 1, null, 2 * SECOND],
    [4, 0.5, null, 4 * SECOND],
    [9, 1, null, 256 * SECOND],
    [10, 1, null, 5 * MINUTE],
    [5000, 1, null, 5 * MINUTE],
    [3, 0, null, SECOND],
    [1, 1, 90 * SECOND, 90 * SECOND],
    [1, 1, 10 * HOUR, HOUR]
  ]
  it.each(rows)('number %i, luck %f, Retry-After %s: %i ms', (failures, luck, retryAfter, expected) => {
    expect(retryDelay(failures, luck, retryAfter)).toBe(expected)
  })
})

const failing = (nextTryAt: Date | null): CredentialHealth => ({
  kind: 'refresh-failing',
  code: 'REFRESH_UNREACHABLE',
  failures: 1,
  since: START,
  nextTryAt
})

describe('whether an automatic try is allowed', () => {
  const rows: [string, CredentialHealth, boolean][] = [
    ['all is well', { kind: 'ok' }, true],
    ['the next try has come', failing(START), true],
    ['the next try has not come', failing(later(SECOND)), false],
    ['no next try is planned', failing(null), false],
    ['the next try was written by another clock', failing(later(2 * HOUR)), true],
    ['a sign-in is needed', { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: START }, false],
    ['the record could not be read', { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' }, true]
  ]
  it.each(rows)('when %s', (_name, health, allowed) => {
    expect(mayTryNow(health, START)).toBe(allowed)
  })
})
