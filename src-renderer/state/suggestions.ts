import type { CredentialSummary } from '#shared/credential.ts'
import { statusWord } from '#shared/status.ts'
import { comingOf, dayOf } from '../status/coming.ts'
import { searchText } from '../text/search-text.ts'
import { type Filter, type FilterKind, filterLabel, isSearching, type Search, typedFilter } from './search.ts'

/** A filter that the search field offers. */
export type Suggestion = { readonly label: string; readonly search: Search }

/** Most values that are offered of one filter. */
const MOST = 8

/** What an empty field offers. */
const first: readonly (readonly [label: string, filter: Filter])[] = [
  [searchText.expired, { kind: 'status', value: 'expired' }],
  [searchText.expiresSoon, { kind: 'status', value: 'expires-soon' }],
  [searchText.apiKeys, { kind: 'type', value: 'api-key' }],
  [searchText.signIns, { kind: 'type', value: 'sign-ins' }],
  [searchText.unused, { kind: 'unused', value: '90' }]
]

/** What a search offers next: six filters if it is empty, and the values of a filter that is being typed. */
export function suggestions(search: Search, credentials: Iterable<CredentialSummary>): readonly Suggestion[] {
  if (!isSearching(search)) {
    const filters = first.map(([label, filter]) => ({ label, search: { text: '', filters: [filter] } }))
    return [...filters, { label: searchText.tag, search: { text: 'tag:', filters: [] } }]
  }
  const typed = typedFilter(search.text)
  if (typed === null) return []
  const before = search.text.replace(/\S*$/, '')
  return mostUsed(values(typed.kind, credentials))
    .filter((value) => value.toLowerCase().startsWith(typed.value))
    .slice(0, MOST)
    .map((value) => ({ kind: typed.kind, value }))
    .map((filter) => ({
      label: filterLabel(filter),
      search: { text: before, filters: [...search.filters, filter] }
    }))
}

/** The values of a filter that some credential has; one of each credential that has it. */
function values(kind: FilterKind, credentials: Iterable<CredentialSummary>): string[] {
  if (kind === 'unused') return ['30', '90', '365']
  if (kind === 'due')
    return [...credentials].flatMap((credential) => comingOf(credential).map(({ at }) => dayOf(at)))
  return [...credentials].flatMap((credential) => {
    switch (kind) {
      case 'status':
        return word(statusWord(credential.status))
      case 'type':
        return credential.kind === 'oauth' ? 'sign-ins' : credential.kind
      case 'provider':
        return credential.service
      case 'scope':
        return credential.scopes
      case 'tag':
        return credential.labels?.tags ?? []
    }
  })
}

/** A status as one word, which a filter is. */
function word(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[’']/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/-$/, '')
}

function mostUsed(all: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([value]) => value)
}
