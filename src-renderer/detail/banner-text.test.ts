import { describe, expect, it } from 'vitest'
import type { CredentialStatus } from '#shared/credential.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { summary } from '../test-summary.ts'
import { bannerOf } from './banner-text.ts'

const since = '2026-11-21T12:00:00.000Z'
const textOf = (status: CredentialStatus): string =>
  bannerOf(summary({ name: 'GitHub', status, renewable: true }))?.text ?? ''

describe('what a person reads about a refresh that failed', () => {
  it.each<[ProblemCode, RegExp]>([
    ['REFRESH_REJECTED', /GitHub refused the last refresh/],
    ['ROTATION_LOST', /cut off before its answer was stored/],
    ['CLIENT_CHANGED', /changed after the sign-in/],
    ['CONSENT_REQUIRED', /wants to be asked again/]
  ])('%s says why a sign-in is needed', (code, expected) => {
    expect(textOf({ kind: 'needs-sign-in', code, since })).toMatch(expected)
  })

  it.each<[ProblemCode, string | null, RegExp]>([
    ['REFRESH_UNREACHABLE', since, /could not be reached/],
    ['CLIENT_REFUSED', null, /does not accept the client/],
    ['PROVIDER_REFUSED', since, /tried again by itself/],
    ['PROVIDER_REFUSED', null, /three times.*retry, or sign in again/],
    ['STORE_WRITE_FAILED', since, /could not be stored/]
  ])('%s, next try %s, says that the sign-in is kept or what to do', (code, nextTryAt, expected) => {
    expect(textOf({ kind: 'refresh-failing', code, nextTryAt })).toMatch(expected)
  })

  it('a sign-in that nobody uses says how it is kept', () => {
    const banner = bannerOf(
      summary({ name: 'Atlassian', status: { kind: 'expiring' }, renewable: true, useBefore: since })
    )
    expect(banner?.text).toBe(
      'Atlassian ends a sign-in that nobody uses. Renew it, use it or sign in again before the time shown.'
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
      'Spotify ends a sign-in some time after it was made, however much it is used. Sign in again before the time shown.'
    )
    expect(bannerOf({ ...old, useBefore: since })?.text).toMatch(/that nobody uses/)
  })
})
