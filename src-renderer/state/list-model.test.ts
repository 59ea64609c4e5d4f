import { describe, expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import type { Grouping, Order } from '#shared/list-order.ts'
import { groupingFor } from './grouping.ts'
import { chooseCredentials, toItems } from './list-model.ts'
import type { Removal } from './removal.ts'
import { noLabels } from '#shared/entry-labels.ts'
import { noSearch } from './search.ts'
import { allView, railCounts, type View } from './view.ts'

const at = (day: string) => ({ kind: 'at', at: `2026-${day}T00:00:00.000Z` }) as const
const all = [
  summary({ service: 'linear', name: 'Linear', expiry: at('12-24'), lastUsedAt: '2026-05-02T00:00:00.000Z' }),
  summary({ service: 'slack', name: 'Slack' }),
  summary({ service: 'figma', name: 'Figma', status: { kind: 'expired' }, expiry: at('05-01') }),
  summary({
    service: 'npm',
    name: 'npm',
    kind: 'api-key',
    status: { kind: 'expiring' },
    expiry: at('11-24')
  }),
  summary({
    service: 'github',
    name: 'GitHub',
    status: { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null },
    obtainedAt: '2026-03-01T00:00:00.000Z',
    lastUsedAt: '2026-05-03T00:00:00.000Z'
  }),
  summary({ service: 'stripe', name: 'Stripe', expiry: { kind: 'unknown' } })
]
const names = (order: Order, view: View = allView) =>
  chooseCredentials(all, { view, search: noSearch, order, grouping: 'none' }).map(({ name }) => name)

describe('the order of the list', () => {
  it.each<[Order, string[]]>([
    ['attention', ['GitHub', 'Figma', 'npm', 'Linear', 'Stripe', 'Slack']],
    ['expiry', ['Figma', 'npm', 'Linear', 'Stripe', 'GitHub', 'Slack']],
    ['name', ['Figma', 'GitHub', 'Linear', 'npm', 'Slack', 'Stripe']],
    ['used', ['GitHub', 'Linear', 'Figma', 'npm', 'Slack', 'Stripe']],
    ['added', ['GitHub', 'Figma', 'Linear', 'npm', 'Slack', 'Stripe']]
  ])('by %s', (order, expected) => {
    expect(names(order)).toEqual(expected)
  })

  it('is cut to the view', () => {
    expect(names('name', { kind: 'attention' })).toEqual(['Figma', 'GitHub'])
    expect(names('name', { kind: 'expiring' })).toEqual(['npm'])
    expect(names('name', { kind: 'of-kind', value: 'api-key' })).toEqual(['npm'])
    expect(names('name', { kind: 'of-service', service: 'slack', name: 'Slack' })).toEqual(['Slack'])
  })
})

const shape = (order: Order, removals: readonly Removal[] = [], grouping = groupingFor(order, 'status')) =>
  toItems(
    chooseCredentials(all, { view: allView, search: noSearch, order, grouping }),
    grouping,
    removals
  ).map((item) => {
    if (item.kind === 'group') return `${item.key} ${item.count}`
    return item.kind === 'removed'
      ? `removal ${item.removal.number}`
      : `${item.index} ${item.credential.name}`
  })

describe('groups', () => {
  it('stand above their rows, with rows counted through', () => {
    expect(shape('attention')).toEqual([
      'attention 2',
      '0 GitHub',
      '1 Figma',
      'expiring 1',
      '2 npm',
      'working 3',
      '3 Linear',
      '4 Stripe',
      '5 Slack'
    ])
  })

  it('have favourites after what needs the person, also those that expire soon', () => {
    const favourite = { ...noLabels, isFavourite: true }
    const starred = all.map((each) =>
      ['npm', 'slack', 'github'].includes(each.service) ? { ...each, labels: favourite } : each
    )
    const chosen = chooseCredentials(starred, {
      view: allView,
      search: noSearch,
      order: 'attention',
      grouping: 'status'
    })
    const kinds = toItems(chosen, 'status').map((item) => {
      if (item.kind === 'group') return item.key
      return item.kind === 'row' ? item.credential.name : item.kind
    })
    expect(kinds).toEqual([
      'attention',
      'GitHub',
      'Figma',
      'favourites',
      'npm',
      'Slack',
      'working',
      'Linear',
      'Stripe'
    ])
  })

  it('keep a line in the place of the first entry of a removal, and count what is left', () => {
    const named = (...names: readonly string[]) => all.filter(({ name }) => names.includes(name))
    const removals = [
      { number: 1, credentials: named('GitHub', 'Linear'), until: 0 },
      { number: 2, credentials: named('npm'), until: 0 },
      // This one was saved again meanwhile, and so is another object.
      { number: 3, credentials: named('Slack').map((each) => ({ ...each })), until: 0 }
    ]
    expect(shape('attention', removals)).toEqual([
      'attention 1',
      'removal 1',
      '0 Figma',
      'expiring 0',
      'removal 2',
      'working 2',
      '1 Stripe',
      '2 Slack'
    ])
  })

  it('are left out where the order is another', () => {
    expect(shape('name')).toHaveLength(6)
  })
})

describe('another grouping', () => {
  const grouping = (value: Grouping, order: Order = 'name') => shape(order, [], value)

  it('brings a service or a type together, each in the order that was chosen', () => {
    expect(grouping('service').filter((item) => item.includes('Slack') || item.startsWith('slack'))).toEqual([
      'slack 1',
      '4 Slack'
    ])
    expect(grouping('kind')).toEqual([
      'oauth 5',
      '0 Figma',
      '1 GitHub',
      '2 Linear',
      '3 Slack',
      '4 Stripe',
      'api-key 1',
      '5 npm'
    ])
  })

  it('sorts within what needs the person first, by any order', () => {
    expect(grouping('status')).toEqual([
      'attention 2',
      '0 Figma',
      '1 GitHub',
      'expiring 1',
      '2 npm',
      'working 3',
      '3 Linear',
      '4 Slack',
      '5 Stripe'
    ])
  })

  it('goes with another order where the one of before would break it', () => {
    expect([groupingFor('name', 'status'), groupingFor('name', 'kind')]).toEqual(['none', 'kind'])
    expect([groupingFor('attention', 'none'), groupingFor('attention', 'service')]).toEqual([
      'status',
      'service'
    ])
  })
})

describe('the counts of the rail', () => {
  it('count views and kinds, and name services with several accounts', () => {
    const counts = railCounts([...all, summary({ service: 'slack', name: 'Slack', account: 'two' })])
    expect(counts).toMatchObject({ all: 7, attention: 2, expiring: 1, kinds: { oauth: 6, 'api-key': 1 } })
    expect(counts.services).toEqual([{ service: 'slack', name: 'Slack', count: 2 }])
  })
})

describe('ten thousand', () => {
  it('are chosen and sorted in a few milliseconds', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      ...(all[index % all.length] ?? summary()),
      id: String(index),
      account: `person-${index}`
    }))
    const search = { text: 'person', filters: [] }
    // The best of five runs, because the computer may be busy meanwhile.
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now()
      chooseCredentials(many, { view: allView, search, order: 'attention', grouping: 'status' })
      return performance.now() - started
    })
    expect(Math.min(...times)).toBeLessThan(250)
  })
})
