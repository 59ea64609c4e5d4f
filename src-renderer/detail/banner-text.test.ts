import { describe, expect, it } from 'vitest'
import type { CredentialStatus } from '#shared/credential.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { summary } from '../test-summary.ts'
import { bannerOf } from './banner-text.ts'

const since = '2026-11-21T12:00:00.000Z'
const textOf = (status: CredentialStatus): string =>
  bannerOf(summary({ name: 'GitHub', status, renewable: true }))?.text ?? ''

describe('the banner about a failed refresh', () => {
  it.each<[ProblemCode, RegExp]>([
    ['REFRESH_REJECTED', /GitHub refused the last refresh/],
    ['ROTATION_LOST', /interrupted before its answer was stored/],
    ['CLIENT_CHANGED', /changed after the sign-in/],
    ['CONSENT_REQUIRED', /requires a new consent/]
  ])('%s says why a sign-in is needed', (code, expected) => {
    expect(textOf({ kind: 'needs-sign-in', code, since })).toMatch(expected)
  })

  it.each<[ProblemCode, string | null, RegExp]>([
    ['REFRESH_UNREACHABLE', since, /could not be reached/],
    ['CLIENT_REFUSED', null, /does not accept the client/],
    ['PROVIDER_REFUSED', since, /tries again by itself/],
    ['PROVIDER_REFUSED', null, /three invalid answers.*retry, or sign in again/],
    ['STORE_WRITE_FAILED', since, /could not be stored/]
  ])('%s, next try %s, says that the sign-in is kept or what to do', (code, nextTryAt, expected) => {
    expect(textOf({ kind: 'refresh-failing', code, nextTryAt })).toMatch(expected)
  })

  it('an unused sign-in says how it is kept', () => {
    const banner = bannerOf(
      summary({ name: 'Atlassian', status: { kind: 'expiring' }, renewable: true, useBefore: since })
    )
    expect(banner?.text).toBe(
      'Atlassian ends a sign-in that is not used. Refresh it, use it or sign in again before the time shown.'
    )
  })

  it('a sign-in that its provider ends for its age says that only signing in again helps', () => {
    const old = summary({
      name: 'Spotify',
      status: { kind: 'expiring' },
      renewable: true,
      signInBefore: since
    })
    expect(bannerOf(old)?.text).toBe(
      'Spotify ends a sign-in some time after it was made, even if it is used. Sign in again before the time shown.'
    )
    expect(bannerOf({ ...old, useBefore: since })?.text).toMatch(/that is not used/)
  })
})
