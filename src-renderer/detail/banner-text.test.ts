import { describe, expect, it } from 'vitest'
import type { CredentialStatus } from '#shared/credential.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { summary } from '../test-summary.ts'
import { bannerOf } from './banner-text.ts'

const since = '2026-11-21T12:00:00.000Z'
const now = Date.parse(since) - 4 * 60_000
const textOf = (status: CredentialStatus): string =>
  bannerOf(summary({ name: 'GitHub', status, renewable: true }), now)?.text ?? ''

describe('the banner about a failed refresh', () => {
  it.each<[ProblemCode, RegExp]>([
    ['REFRESH_REJECTED', /GitHub ended this sign-in/],
    ['ROTATION_LOST', /interrupted before its answer was stored/],
    ['CLIENT_CHANGED', /changed after the sign-in/],
    ['CONSENT_REQUIRED', /requires your consent again/]
  ])('%s says why a sign-in is needed', (code, expected) => {
    expect(textOf({ kind: 'needs-sign-in', code, since })).toMatch(expected)
  })

  it.each<[ProblemCode, string | null, RegExp]>([
    ['REFRESH_UNREACHABLE', since, /^Can’t reach GitHub\. Retrying in 4 min\.$/],
    ['REFRESH_UNREACHABLE', null, /^Can’t reach GitHub\. Retry now, or check your network\.$/],
    ['CLIENT_REFUSED', null, /refuses the client/],
    ['PROVIDER_REFUSED', since, /^GitHub sent an invalid response\. Retrying in 4 min\.$/],
    ['PROVIDER_REFUSED', null, /three invalid responses.*Retry, or sign in again/],
    ['STORE_WRITE_FAILED', since, /could not be stored/]
  ])('%s, next try %s, says that the sign-in is kept or what to do', (code, nextTryAt, expected) => {
    expect(textOf({ kind: 'refresh-failing', code, nextTryAt })).toMatch(expected)
  })

  it('an unused sign-in says how it is kept', () => {
    const banner = bannerOf(
      summary({ name: 'Atlassian', status: { kind: 'expiring' }, renewable: true, useBefore: since }),
      now
    )
    expect(banner?.text).toBe(
      'Atlassian ends unused sign-ins. Refresh or use this one before the time shown.'
    )
  })

  it('a sign-in that its provider ends for its age says that only signing in again helps', () => {
    const old = summary({
      name: 'Spotify',
      status: { kind: 'expiring' },
      renewable: true,
      signInBefore: since
    })
    expect(bannerOf(old, now)?.text).toBe(
      'Spotify limits how long a sign-in lasts. Sign in again before the time shown.'
    )
    expect(bannerOf({ ...old, useBefore: since }, now)?.text).toMatch(/ends unused sign-ins/)
  })
})
