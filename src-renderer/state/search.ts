import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import { statusWord } from '#shared/status.ts'
import { comingOf, dayOf } from '../status/coming.ts'
import { fit } from './rank.ts'
import { railText } from '../text/list-text.ts'

export const filterKinds = ['status', 'type', 'provider', 'scope', 'tag', 'unused', 'due'] as const
export type FilterKind = (typeof filterKinds)[number]
export type Filter = { readonly kind: FilterKind; readonly value: string }
export type Search = { readonly text: string; readonly filters: readonly Filter[] }

export const noSearch: Search = { text: '', filters: [] }

const DAY = 86_400_000

/** `is:` is how other programs write `status:`. The value may still be missing. */
const filterPattern = /^(status|is|type|provider|scope|tag|unused|due):(\S*)$/i

export function filterLabel({ kind, value }: Filter): string {
  return `${kind}:${value}`
}

export function isSearching(search: Search): boolean {
  return search.text.trim() !== '' || search.filters.length > 0
}

/** Returns the filters and words of a typed text: `status:expired git` is one filter and one word. */
export function parseSearch(text: string): {
  readonly words: readonly string[]
  readonly filters: readonly Filter[]
} {
  const words: string[] = []
  const filters: Filter[] = []
  for (const token of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const filter = toFilter(token)
    if (filter === null) words.push(token)
    // A filter without its value is still being typed, and filters nothing.
    else if (filter.value !== '') filters.push(filter)
  }
  return { words, filters }
}

/** Turns filters that are finished (a space follows, or `all`) into chips and leaves the rest in the field. */
export function liftFilters(search: Search, all = false): Search {
  const parts = search.text.split(/(\s+)/)
  const rest: string[] = []
  const filters = [...search.filters]
  for (const [index, part] of parts.entries()) {
    const finished = all || index < parts.length - 1
    const filter = finished ? toFilter(part.toLowerCase()) : null
    if (filter === null || filter.value === '') rest.push(part)
    else if (!filters.some((known) => filterLabel(known) === filterLabel(filter))) filters.push(filter)
  }
  if (filters.length === search.filters.length) return search
  return { text: rest.join('').trimStart(), filters }
}

export function withoutFilter(search: Search, filter: Filter): Search {
  return { ...search, filters: search.filters.filter((other) => filterLabel(other) !== filterLabel(filter)) }
}

/**
 * The credentials in which every word of the search stands. If there are none, those whose name has the letters of each
 * word in their order: `gh` and `githb` find GitHub.
 */
export function searched(
  credentials: readonly CredentialSummary[],
  search: Search
): readonly CredentialSummary[] {
  const { words, filters: typed } = parseSearch(search.text)
  const filtered = credentials.filter(filterOf([...search.filters, ...typed]))
  const found = filtered.filter((credential) => hasWords(credential, words))
  return found.length > 0 ? found : filtered.filter((credential) => resembles(credential, words))
}

/** Every filter has to match; filters of one kind are alternatives. */
function filterOf(filters: readonly Filter[]): (credential: CredentialSummary) => boolean {
  const kinds = filterKinds.filter((kind) => filters.some((filter) => filter.kind === kind))
  return (credential) =>
    kinds.every((kind) => filters.some((filter) => filter.kind === kind && matchesFilter(credential, filter)))
}

function matchesFilter(credential: CredentialSummary, { kind, value }: Filter): boolean {
  switch (kind) {
    case 'status':
      return plain(statusWord(credential.status)).includes(plain(value)) || credential.status.kind === value
    case 'type':
      return credential.kind === value || plain(railText.kind[credential.kind]).includes(plain(value))
    case 'unused':
      return isUnused(credential, Number(value))
    case 'due':
      return comingOf(credential).some(({ at }) => dayOf(at) === value)
    case 'provider':
      return credential.service.includes(value) || plain(credential.name).includes(plain(value))
    case 'scope':
      return credential.scopes.some((scope) => scope.toLowerCase().includes(value))
    case 'tag':
      return credential.labels?.tags.some((tag) => tag.toLowerCase().startsWith(value)) ?? false
  }
}

/** True if the credential was not used for so many days, or is that old and was never used. */
function isUnused({ lastUsedAt, obtainedAt }: CredentialSummary, days: number): boolean {
  return Date.now() - Date.parse(lastUsedAt ?? obtainedAt) >= days * DAY
}

function hasWords(credential: CredentialSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = textOf(credential)
  return words.every((word) => text.includes(word))
}

/** One letter alone would be in almost every name. */
function resembles(credential: CredentialSummary, words: readonly string[]): boolean {
  const text = textOf(credential)
  const names = [titleOf(credential), credential.name, credential.service]
  return words.every(
    (word) => text.includes(word) || (word.length > 1 && names.some((name) => fit(word, name) > 0))
  )
}

/** A changed credential is a new object. */
const texts = new WeakMap<CredentialSummary, string>()

function textOf(credential: CredentialSummary): string {
  const known = texts.get(credential)
  if (known !== undefined) return known
  const { name, service, account, allowedHosts, issuer, kind, labels, scopes, status } = credential
  const own = labels === null ? [] : [labels.name ?? '', ...labels.tags, labels.note ?? '']
  const places = [issuer ?? '', ...allowedHosts]
  const text = [name, service, account, ...own, ...scopes, ...places, railText.kind[kind], statusWord(status)]
    .join(' ')
    .toLowerCase()
  texts.set(credential, text)
  return text
}

/**
 * Drops punctuation, so that `status:needs-sign-in` or `status:cantberead` matches its label, such as “Can’t
 * be read”.
 */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** The filter that is being typed at the end of a text, perhaps without its value. Null: none is. */
export function typedFilter(text: string): Filter | null {
  return toFilter(text.toLowerCase().split(/\s/).at(-1) ?? '')
}

function toFilter(token: string): Filter | null {
  const match = filterPattern.exec(token)
  if (match?.[1] === undefined || match[2] === undefined) return null
  const kind = match[1].toLowerCase()
  return { kind: kind === 'is' ? 'status' : (kind as FilterKind), value: match[2] }
}
