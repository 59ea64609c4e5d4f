import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { credentialSummary } from '#shared/credential.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { OAuthProvider } from '../provider.ts'
import { nextStatusChange, statusOf, toSummary } from './summary.ts'
import { sampleProvider } from '../testing/samples.ts'

const now = new Date('2026-11-21T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (ms: number) => ({ kind: 'at' as const, at: new Date(now.getTime() + ms) })
const ago = (ms: number): Date => new Date(now.getTime() - ms)

function entry(changes: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    ref: { service: 'stripe', account: 'acme' },
    kind: 'api-key',
    name: 'Stripe',
    provider: null,
    clientId: null,
    scopesRequested: [],
    scopesGranted: [],
    allowedHosts: ['api.stripe.com'],
    expiry: { kind: 'never' },
    issuedAt: ago(DAY),
    renewable: false,
    masked: 'sk••••••••ef',
    backend: 'keychain',
    obtainedAt: ago(DAY),
    refreshedAt: null,
    lastUsedAt: null,
    health: { kind: 'ok' },
    rotation: null,
    ...changes
  }
}
const idle = { now, refreshingSince: null }

describe('the status of a credential', () => {
  it.each<[string, Partial<CatalogEntry>, string]>([
    ['a key without an end is valid', {}, 'valid'],
    ['an unknown end is valid', { expiry: { kind: 'unknown' } }, 'valid'],
    [
      'a key with eight days left of a month is valid',
      { expiry: at(8 * DAY), issuedAt: ago(22 * DAY) },
      'valid'
    ],
    [
      'a key with six days left of a month expires soon',
      { expiry: at(6 * DAY), issuedAt: ago(24 * DAY) },
      'expiring'
    ],
    [
      'a year-long key in its last tenth expires soon',
      { expiry: at(30 * DAY), issuedAt: ago(335 * DAY) },
      'expiring'
    ],
    [
      'a fresh one-hour token is valid although a week is longer',
      { expiry: at(HOUR), issuedAt: now },
      'valid'
    ],
    [
      'a one-hour token in its last tenth expires soon',
      { expiry: at(HOUR / 20), issuedAt: ago(HOUR) },
      'expiring'
    ],
    ['past its end it is expired', { expiry: at(-1) }, 'expired'],
    ['at its end it is expired', { expiry: at(0) }, 'expired'],
    ['a grant that can refresh is valid to the last', { expiry: at(-HOUR), renewable: true }, 'valid'],
    [
      'a refused refresh needs a sign-in whatever the clock says',
      { expiry: at(HOUR), health: { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: now } },
      'needs-sign-in'
    ],
    [
      'an entry that can not be read says so',
      { health: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' } },
      'unreadable'
    ]
  ])('%s', (_sentence, changes, kind) => {
    expect(statusOf(entry(changes), idle).kind).toBe(kind)
  })

  it('says when the next try is while refreshing fails', () => {
    const health = {
      kind: 'refresh-failing' as const,
      code: 'REFRESH_UNREACHABLE' as const,
      failures: 2,
      since: ago(HOUR),
      nextTryAt: at(60_000).at
    }
    expect(statusOf(entry({ health }), idle)).toEqual({
      kind: 'refresh-failing',
      code: 'REFRESH_UNREACHABLE',
      nextTryAt: '2026-11-21T12:01:00.000Z'
    })
  })

  it('is refreshing while a refresh is under way', () => {
    expect(statusOf(entry({ expiry: at(-1) }), { now, refreshingSince: ago(5) }).kind).toBe('refreshing')
  })
})

describe('the next change by the clock alone', () => {
  it('is the start of the warning, then the end, then never', () => {
    const key = entry({ expiry: at(30 * DAY), issuedAt: ago(DAY) })
    expect(nextStatusChange(key, now)).toEqual(at(23 * DAY).at)
    expect(nextStatusChange(key, at(24 * DAY).at)).toEqual(at(30 * DAY).at)
    expect(nextStatusChange(key, at(31 * DAY).at)).toBeNull()
  })

  it('never comes for what can refresh or has no end', () => {
    expect(nextStatusChange(entry({ expiry: at(DAY), renewable: true }), now)).toBeNull()
    expect(nextStatusChange(entry(), now)).toBeNull()
  })
})

describe('a summary', () => {
  it('satisfies the contract and carries nothing that is not in it', () => {
    const summary = toSummary({ ...entry(), secret: 'sk_live_leak' } as CatalogEntry, idle)
    expect(v.parse(credentialSummary, summary)).toEqual(summary)
    expect(JSON.stringify(summary)).not.toContain('leak')
  })

  it('names scopes that were asked for and not granted', () => {
    const scopes = { scopesRequested: ['repo', 'workflow'], scopesGranted: ['repo'] }
    expect(toSummary(entry(scopes), idle)).toMatchObject({ missingScopes: ['workflow'], extraScopes: [] })
  })

  it('keeps apart what was granted beyond what was asked for', () => {
    const scopes = { scopesRequested: ['repo'], scopesGranted: ['repo', 'gist'] }
    expect(toSummary(entry(scopes), idle)).toMatchObject({
      scopes: ['repo', 'gist'],
      missingScopes: [],
      extraScopes: ['gist']
    })
  })

  it('calls nothing more than asked for where nothing was asked for by name', () => {
    const scopes = { scopesRequested: [], scopesGranted: ['repo'] }
    expect(toSummary(entry(scopes), idle).extraScopes).toEqual([])
  })
})

describe('where a sign-in is for and leads', () => {
  const placeOf = (change: Partial<OAuthProvider>, isWindowOut = false): unknown => {
    const provider = { ...sampleProvider, ...change }
    const { resource, surface } = toSummary(entry({ kind: 'oauth', provider }), { ...idle, isWindowOut })
    return [resource, surface]
  }

  it.each<[string, Partial<OAuthProvider>, boolean, unknown]>([
    ['an MCP server', { resource: 'https://mcp.example/mcp' }, false, ['https://mcp.example/mcp', 'window']],
    ['a provider whose page opens in the browser', {}, true, [undefined, 'browser']],
    ['a provider that forbids windows', { embedded: 'forbidden' }, false, [undefined, 'browser']],
    ['a provider by a code alone', { surfaces: ['device'] }, false, [undefined, 'device']],
    [
      'a provider that wants a secret only for its page',
      { clientAuth: 'post', surfaces: ['window', 'device'] },
      false,
      [undefined, 'depends']
    ]
  ])('is said of %s', (_what, change, isWindowOut, expected) => {
    expect(placeOf(change, isWindowOut)).toEqual(expected)
  })

  it('is not said of a key', () => {
    expect(toSummary(entry(), idle)).not.toHaveProperty('surface')
  })
})

describe('the next change of a status by time', () => {
  const span = fc.integer({ min: -40 * DAY, max: 400 * DAY })
  const entries = fc
    .record({
      expiry: fc.option(span, { nil: null }),
      life: fc.integer({ min: HOUR, max: 400 * DAY }),
      renewable: fc.boolean(),
      idleDays: fc.option(fc.integer({ min: 1, max: 200 }), { nil: null }),
      lifeDays: fc.option(fc.integer({ min: 1, max: 400 }), { nil: null }),
      refreshEnd: fc.option(span, { nil: null })
    })
    .map(({ expiry, idleDays, life, lifeDays, refreshEnd, renewable }) =>
      entry({
        kind: 'oauth',
        renewable,
        expiry: expiry === null ? { kind: 'never' } : at(expiry),
        issuedAt: ago(life),
        provider: { ...sampleProvider, refresh: { ...sampleProvider.refresh, idleDays, lifeDays } },
        ...(refreshEnd !== null && { refreshEnd: { ...at(refreshEnd), toldAt: ago(life) } })
      })
    )

  it('is not later than the change', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 500 * DAY }), (each, after) => {
        const next = nextStatusChange(each, now)
        const moment = new Date(now.getTime() + after)
        fc.pre(next === null || moment < next)
        expect(statusOf(each, { ...idle, now: moment })).toEqual(statusOf(each, idle))
      }),
      { numRuns: 5000 }
    )
  })
})
