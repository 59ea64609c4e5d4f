import { describe, expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { noSearch, searched } from './search.ts'
import { suggestions } from './suggestions.ts'

const labels = (tags: string[]) => ({ name: null, isFavourite: false, tags, note: null })
const all = [
  summary({
    service: 'github',
    name: 'GitHub',
    scopes: ['repo', 'read:org'],
    labels: labels(['work', 'home'])
  }),
  summary({
    service: 'gitlab',
    name: 'GitLab',
    scopes: ['repo'],
    labels: labels(['work']),
    status: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' }
  }),
  summary({ service: 'npm', name: 'npm', kind: 'api-key', status: { kind: 'expired' } })
]
const offered = (text: string) => suggestions({ ...noSearch, text }, all).map(({ label }) => label)

describe('the search field', () => {
  it('offers six filters when it is empty, each of which is understood', () => {
    expect(offered('')).toEqual(['Expired', 'Expires soon', 'API keys', 'Sign-ins', 'Unused 90 days', 'Tag…'])
    const found = suggestions(noSearch, all).map(({ search }) =>
      searched(all, search).map(({ name }) => name)
    )
    expect(found).toEqual([['npm'], [], ['npm'], ['GitHub', 'GitLab'], expect.any(Array), expect.any(Array)])
  })

  it.each([
    ['tag:', ['tag:work', 'tag:home']],
    ['tag:h', ['tag:home']],
    ['git TAG:w', ['tag:work']],
    ['provider:git', ['provider:github', 'provider:gitlab']],
    ['scope:', ['scope:repo', 'scope:read:org']],
    ['type:', ['type:sign-ins', 'type:api-key']],
    ['is:', ['status:valid', 'status:cant-be-read', 'status:expired']],
    ['unused:', ['unused:30', 'unused:90', 'unused:365']],
    ['git', []],
    ['tag:zebra', []]
  ])('offers for %j %j', (text, values) => {
    expect(offered(text)).toEqual(values)
  })

  it('finds with every value that it offers, and keeps what was typed before', () => {
    for (const kind of ['status', 'type', 'provider', 'scope', 'tag']) {
      for (const { search } of suggestions({ ...noSearch, text: `g ${kind}:` }, all)) {
        expect(search.text).toBe('g ')
        expect(search.filters).toHaveLength(1)
        expect(searched(all, { ...search, text: '' })).not.toEqual([])
      }
    }
  })

  it('finds what was not used for so many days', () => {
    const days = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString()
    const old = [
      summary({ name: 'used', obtainedAt: days(300), lastUsedAt: days(10) }),
      summary({ name: 'idle', obtainedAt: days(300), lastUsedAt: days(91) }),
      summary({ name: 'never', obtainedAt: days(120), lastUsedAt: null }),
      summary({ name: 'new', obtainedAt: days(1), lastUsedAt: null })
    ]
    const found = searched(old, { text: 'unused:90', filters: [] }).map(({ name }) => name)
    expect(found).toEqual(['idle', 'never'])
  })
})
