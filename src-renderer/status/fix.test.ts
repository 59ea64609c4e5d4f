import { describe, expect, it } from 'vitest'
import type { CredentialStatus } from '#shared/credential.ts'
import { bannerOf } from '../detail/banner-text.ts'
import { summary } from '../test-summary.ts'
import { canRefresh, fixOf, secondFixOf } from './fix.ts'

const statuses: readonly CredentialStatus[] = [
  { kind: 'valid' },
  { kind: 'expiring' },
  { kind: 'refreshing', since: '2026-01-01T00:00:00.000Z' },
  { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: null },
  { kind: 'expired' },
  { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null },
  { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' },
  { kind: 'locked' }
]
const kinds = (part: Parameters<typeof summary>[0]) =>
  statuses.map((status) => fixOf(summary({ ...part, status }))?.kind ?? null)

describe('the one thing to press', () => {
  it('of a sign-in that renews itself', () => {
    const expected = [null, 'refresh', null, 'refresh', 'sign-in', 'sign-in', 'sign-in', 'unlock']
    expect(kinds({ renewable: true })).toEqual(expected)
  })

  it('of a sign-in that its provider is about to end for its age is to sign in, since a refresh does not help', () => {
    const at = '2026-01-01T00:00:00.000Z'
    expect(kinds({ renewable: true, signInBefore: at })[1]).toBe('sign-in')
    expect(kinds({ renewable: true, signInBefore: at, useBefore: at })[1]).toBe('refresh')
  })

  it('of a sign-in that does not renew itself', () => {
    expect(kinds({ renewable: false })[1]).toBe('sign-in')
  })

  it('of a key is never to sign in', () => {
    expect(kinds({ kind: 'api-key' })).not.toContain('sign-in')
    expect(kinds({ kind: 'api-key' })[4]).toBe('replace-key')
  })

  it.each([
    ['CLIENT_REFUSED', 'refresh-failing', ['client', 'refresh']],
    ['CLIENT_CHANGED', 'needs-sign-in', ['client', 'sign-in']],
    ['CONSENT_REQUIRED', 'needs-sign-in', ['scopes', 'sign-in']],
    ['SCOPE_MISSING', 'needs-sign-in', ['scopes', 'sign-in']],
    ['REFRESH_REJECTED', 'needs-sign-in', ['sign-in', undefined]]
  ] as const)(
    'of %s opens what repairs it, with a second one where that needs data',
    (code, kind, expected) => {
      const credential = summary({ renewable: true, status: { kind, code, since: null, nextTryAt: null } })
      expect([fixOf(credential)?.kind, secondFixOf(credential)?.kind]).toEqual(expected)
    }
  )

  it('comes with words about what it means', () => {
    for (const status of statuses) {
      const credential = summary({ status })
      expect(bannerOf(credential, 0) === null).toBe(fixOf(credential) === null)
    }
  })
})

describe('a refresh', () => {
  it('is offered where it can help', () => {
    const can = statuses.map((status) => canRefresh(summary({ renewable: true, status })))
    expect(can).toEqual([true, true, false, true, true, false, false, false])
    expect(canRefresh(summary({ kind: 'api-key', renewable: false }))).toBe(false)
  })
})
