import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { credentialList } from './credential-list.ts'
import { backendIds, credentialKey, credentialKinds, type CredentialSummary } from './credential.ts'
import { pack, unpack } from './packed-list.ts'

const instant = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const maybe = fc.option(instant, { nil: null })
const texts = fc.array(fc.constantFrom('repo', 'read:org', 'openid', 'https://scopes.example/a'), {
  maxLength: 3
})
const refs = fc.record({
  service: fc.constantFrom('github', 'slack', 'sso.example.net'),
  account: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
})
const status: fc.Arbitrary<CredentialSummary['status']> = fc.oneof(
  fc.constantFrom('valid', 'expiring', 'expired', 'locked').map((kind) => ({ kind }) as const),
  fc.record({ kind: fc.constant('refreshing' as const), since: instant }),
  fc.record({
    kind: fc.constant('refresh-failing' as const),
    code: fc.constant('REFRESH_UNREACHABLE' as const),
    nextTryAt: maybe
  })
)
const expiry: fc.Arbitrary<CredentialSummary['expiry']> = fc.oneof(
  fc.record({ kind: fc.constant('at' as const), at: instant }),
  fc.constant({ kind: 'never' as const }),
  fc.constant({ kind: 'unknown' as const })
)
const summaries: fc.Arbitrary<CredentialSummary> = fc
  .record(
    {
      ref: refs,
      shown: fc.option(fc.string({ minLength: 1 }), { nil: null }),
      name: fc.constantFrom('GitHub', 'Slack'),
      kind: fc.constantFrom(...credentialKinds),
      status,
      expiry,
      renewable: fc.boolean(),
      scopes: texts,
      missingScopes: texts,
      extraScopes: texts,
      issuer: fc.option(fc.constant('https://sso.example.net'), { nil: null }),
      clientId: fc.option(fc.string(), { nil: null }),
      resource: fc.constant('https://mcp.example.net/'),
      surface: fc.constantFrom('window' as const, 'depends' as const),
      signsInBy: fc.constant('password' as const),
      allowedHosts: fc.array(fc.constant('api.example.net'), { maxLength: 2 }),
      masked: fc.constant('gh••••••••1a'),
      backend: fc.constantFrom(...backendIds),
      obtainedAt: instant,
      refreshedAt: maybe,
      nextRefreshAt: maybe,
      keptFresh: fc.option(fc.boolean(), { nil: null }),
      useBefore: maybe,
      signInBefore: maybe,
      issuedAt: instant,
      lastUsedAt: maybe,
      labels: fc.option(
        fc.record({
          name: fc.option(fc.constant('Mine'), { nil: null }),
          isFavourite: fc.boolean(),
          tags: fc.array(fc.constant('work'), { maxLength: 1 }),
          note: fc.option(fc.constant('two\nlines'), { nil: null })
        }),
        { nil: null }
      ),
      rotation: fc.option(
        fc.record({ kind: fc.constant('switched' as const), since: instant, undoUntil: instant }),
        { nil: null }
      )
    },
    {
      requiredKeys: [
        'ref',
        'shown',
        'name',
        'kind',
        'status',
        'expiry',
        'renewable',
        'scopes',
        'missingScopes',
        'extraScopes',
        'issuer',
        'clientId',
        'allowedHosts',
        'masked',
        'backend',
        'obtainedAt',
        'refreshedAt',
        'nextRefreshAt',
        'keptFresh',
        'useBefore',
        'signInBefore',
        'issuedAt',
        'lastUsedAt',
        'rotation',
        'labels'
      ]
    }
  )
  .map(({ ref, shown, ...rest }) => ({
    ...rest,
    id: credentialKey(ref),
    service: ref.service,
    account: shown ?? ref.account
  }))

const byText = (list: readonly CredentialSummary[]): string[] =>
  list
    .map((summary) =>
      JSON.stringify(Object.entries(summary).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    )
    .toSorted()

describe('a packed list', () => {
  it('holds every summary as it was, and passes its schema', () => {
    fc.assert(
      fc.property(fc.array(summaries, { maxLength: 12 }), (all) => {
        const packed = structuredClone(pack(all))
        expect(v.is(credentialList, packed)).toBe(true)
        expect(byText(unpack(packed))).toEqual(byText(all))
      }),
      { numRuns: 500 }
    )
  })

  const [one] = fc.sample(summaries, { numRuns: 1, seed: 7 })
  const sample = (): ReturnType<typeof pack> => structuredClone(pack([one!]))

  it('is refused with a fact too many, wherever it is', () => {
    const inCommon = sample().map((group) => ({ ...group, common: { ...group.common, token: 'x' } }))
    const inRow = sample().map(({ common, rows }) => ({ common, rows: rows.map((row) => [...row, 'x']) }))
    const inGroup = sample().map((group) => ({ ...group, token: 'x' }))
    for (const list of [inCommon, inRow, inGroup]) expect(v.is(credentialList, list)).toBe(false)
    expect(v.is(credentialList, sample())).toBe(true)
  })

  it('is looked at again when a part that passed could have changed', () => {
    const list = sample()
    expect(v.is(credentialList, list)).toBe(true)
    Object.assign(list[0]!.common, { token: 'x' })
    expect(v.is(credentialList, list)).toBe(false)
  })
})
