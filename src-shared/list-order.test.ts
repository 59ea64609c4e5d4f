import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CredentialSummary } from './credential.ts'
import { CredentialOrder, orders } from './list-order.ts'

type Sorted = Pick<CredentialSummary, 'name' | 'account' | 'status' | 'expiry' | 'lastUsedAt' | 'obtainedAt'>

const instant = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z')
const credentials = fc.array(
  fc.record<Sorted>({
    name: fc.constantFrom('npm', 'NPM', 'GitHub', 'Éclair', 'Zoom'),
    account: fc.constantFrom('a2', 'a10', 'A2', 'b', 'ö'),
    status: fc.constantFrom({ kind: 'valid' as const }, { kind: 'expired' as const }),
    expiry: fc.oneof(
      fc.record({ kind: fc.constant('at' as const), at: instant }),
      fc.constantFrom({ kind: 'never' as const }, { kind: 'unknown' as const })
    ),
    lastUsedAt: fc.option(instant, { nil: null }),
    obtainedAt: instant
  }),
  { maxLength: 30 }
) as fc.Arbitrary<unknown> as fc.Arbitrary<CredentialSummary[]>

describe('the order of credentials', () => {
  it('begins the same, whether all are sorted or only the first are asked for', () => {
    fc.assert(
      fc.property(
        credentials,
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 35 }),
        (all, order, most) => {
          const sorted = new CredentialOrder().sorted(all, order)
          expect(new CredentialOrder().first(all, order, most)).toEqual(sorted.slice(0, most))
        }
      ),
      { numRuns: 1000 }
    )
  })

  it('is that of the language by name and account, also for texts that came later', () => {
    const { compare } = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' })
    const byText = (a: CredentialSummary, b: CredentialSummary): number =>
      compare(a.name, b.name) || compare(a.account, b.account)
    // More texts than are put in one by one.
    const many = Array.from({ length: 60 }, (_, index) => ({ name: `Name ${index}`, account: 'a' }))
    fc.assert(
      fc.property(credentials, credentials, fc.boolean(), (few, late, isMany) => {
        const order = new CredentialOrder()
        const early = isMany
          ? [...few, ...(many as Partial<CredentialSummary>[] as CredentialSummary[])]
          : few
        order.sorted(early, 'name')
        const all = [...early, ...late]
        expect(order.sorted(all, 'name')).toEqual(all.toSorted(byText))
      }),
      { numRuns: 1000 }
    )
  })
})
