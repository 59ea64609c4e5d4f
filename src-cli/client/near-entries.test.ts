import { expect, it } from 'vitest'
import { nearEntries } from './near-entries.ts'

const entries = [
  { service: 'token-1', name: 'GitHub token' },
  { service: 'github', name: 'GitHub' },
  { service: 'github', name: 'GitHub' },
  { service: 'stripe', name: 'Stripe' },
  { service: 'example-2', name: 'Example' }
]

it.each([
  ['a part of a name', 'Token', ['token-1']],
  ['a part of several names', 'hub', ['token-1', 'github']],
  ['a name with more than it', 'stripe-live', ['stripe']],
  ['a typing error', 'strpie', ['stripe']],
  ['a typing error in a name', 'exmaple', ['example-2']],
  ['a typing error in a word of several', 'gihtub', ['token-1', 'github']],
  ['a typing error in a word of a service', 'toekn', ['token-1']],
  ['nothing that is near', 'ghp_0123456789abcdef', []],
  ['a single letter', 'e', []],
  ['nothing', '', []]
])('finds by %s', (_what, typed, services) => {
  expect(nearEntries(typed, entries).map(({ service }) => service)).toEqual(services)
})

it('finds a service of several words by a typing error in one of them', () => {
  const kept = [
    { service: 'github-token', name: 'GitHub token' },
    { service: 'stripe', name: 'Stripe' }
  ]
  expect(nearEntries('githb', kept)).toEqual([kept[0]])
})

it('finds three at most', () => {
  const many = Array.from({ length: 9 }, (_, number) => ({ service: `github-${number}`, name: 'GitHub' }))
  expect(nearEntries('github', many)).toHaveLength(3)
})
