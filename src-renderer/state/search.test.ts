import { describe, expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { liftFilters, noSearch, parseSearch, searched, withoutFilter } from './search.ts'

const github = summary({
  service: 'github',
  name: 'GitHub',
  account: 'ana@example.com',
  scopes: ['repo', 'read:org']
})
const stripe = summary({
  service: 'stripe',
  name: 'Stripe',
  account: 'Acme',
  status: { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null },
  labels: { name: 'Deploy key', isFavourite: false, tags: ['Work'], note: 'For the\ninvoices' }
})
const npm = summary({
  service: 'npm',
  name: 'npm',
  kind: 'api-key',
  account: 'ana-publish',
  allowedHosts: ['registry.npmjs.org']
})
const found = (text: string) => searched([github, stripe, npm], { ...noSearch, text }).map(({ name }) => name)

describe('what a search finds', () => {
  it.each([
    ['', ['GitHub', 'Stripe', 'npm']],
    ['git', ['GitHub']],
    ['ACME', ['Stripe']],
    ['read:org', ['GitHub']],
    ['needs sign-in', ['Stripe']],
    ['git ana', ['GitHub']],
    ['git acme', []],
    ['deploy', ['Stripe']],
    ['invoices', ['Stripe']],
    ['tag:wo', ['Stripe']],
    ['tag:home', []],
    ['status:valid', ['GitHub', 'npm']],
    ['status:needs-sign-in', ['Stripe']],
    ['status:needs', ['Stripe']],
    ['provider:git', ['GitHub']],
    ['scope:repo', ['GitHub']],
    ['gh', ['GitHub']],
    ['githb', ['GitHub']],
    ['githb ana', ['GitHub']],
    ['api key', ['npm']],
    ['npmjs', ['npm']],
    ['is:needs', ['Stripe']],
    ['status:', ['GitHub', 'Stripe', 'npm']],
    ['tag: deploy', ['Stripe']],
    ['q', []],
    ['zebra', []],
    ['status:valid status:needs', ['GitHub', 'Stripe', 'npm']],
    ['status:valid provider:stripe', []]
  ])('%j finds %j', (text, names) => {
    expect(found(text)).toEqual(names)
  })

  it('reads filters and words apart', () => {
    expect(parseSearch('  Status:Expired git ')).toEqual({
      words: ['git'],
      filters: [{ kind: 'status', value: 'expired' }]
    })
  })
})

describe('a filter that is finished becomes a chip', () => {
  it('stays text while it is typed', () => {
    const typing = { text: 'scope:re', filters: [] }
    expect(liftFilters(typing)).toBe(typing)
  })

  it('is lifted at the space, and the rest stays', () => {
    expect(liftFilters({ text: 'scope:repo gi', filters: [] })).toEqual({
      text: 'gi',
      filters: [{ kind: 'scope', value: 'repo' }]
    })
  })

  it('is lifted at Enter too, and only once', () => {
    const once = liftFilters({ text: 'status:valid', filters: [] }, true)
    expect(once).toEqual({ text: '', filters: [{ kind: 'status', value: 'valid' }] })
    expect(liftFilters({ ...once, text: 'status:valid ' }).filters).toHaveLength(1)
  })

  it('goes when it is removed', () => {
    const filter = { kind: 'scope', value: 'repo' } as const
    expect(withoutFilter({ text: 'a', filters: [filter] }, filter)).toEqual({ text: 'a', filters: [] })
  })
})
