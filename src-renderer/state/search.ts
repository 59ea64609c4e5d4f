import type { CredentialSummary } from '#shared/credential.ts'
import { statusWord } from '#shared/status.ts'

export const filterKinds = ['status', 'provider', 'scope', 'tag'] as const
export type FilterKind = (typeof filterKinds)[number]
export type Filter = { readonly kind: FilterKind; readonly value: string }
export type Search = { readonly text: string; readonly filters: readonly Filter[] }

export const noSearch: Search = { text: '', filters: [] }

const filterPattern = /^(status|provider|scope|tag):(\S+)$/i

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
    else filters.push(filter)
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
    if (filter === null) rest.push(part)
    else if (!filters.some((known) => filterLabel(known) === filterLabel(filter))) filters.push(filter)
  }
  if (filters.length === search.filters.length) return search
  return { text: rest.join('').trimStart(), filters }
}

export function withoutFilter(search: Search, filter: Filter): Search {
  return { ...search, filters: search.filters.filter((other) => filterLabel(other) !== filterLabel(filter)) }
}

/** Every word and every filter has to match; filters of one kind are alternatives. */
export function matcher(search: Search): (credential: CredentialSummary) => boolean {
  const { words, filters: typed } = parseSearch(search.text)
  const filters = [...search.filters, ...typed]
  const kinds = filterKinds.filter((kind) => filters.some((filter) => filter.kind === kind))
  return (credential) =>
    kinds.every((kind) =>
      filters.some((filter) => filter.kind === kind && matchesFilter(credential, filter))
    ) && matchesWords(credential, words)
}

function matchesFilter(credential: CredentialSummary, { kind, value }: Filter): boolean {
  switch (kind) {
    case 'status':
      return plain(statusWord(credential.status)).includes(plain(value)) || credential.status.kind === value
    case 'provider':
      return credential.service.includes(value) || plain(credential.name).includes(plain(value))
    case 'scope':
      return credential.scopes.some((scope) => scope.toLowerCase().includes(value))
    case 'tag':
      return credential.labels?.tags.some((tag) => tag.toLowerCase().startsWith(value)) ?? false
  }
}

function matchesWords(credential: CredentialSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = textOf(credential)
  return words.every((word) => text.includes(word))
}

/** A changed credential is a new object. */
const texts = new WeakMap<CredentialSummary, string>()

function textOf(credential: CredentialSummary): string {
  const known = texts.get(credential)
  if (known !== undefined) return known
  const { name, service, account, labels, scopes, status } = credential
  const own = labels === null ? [] : [labels.name ?? '', ...labels.tags, labels.note ?? '']
  const text = [name, service, account, ...own, ...scopes, statusWord(status)].join(' ').toLowerCase()
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

function toFilter(token: string): Filter | null {
  const match = filterPattern.exec(token)
  if (match?.[1] === undefined || match[2] === undefined) return null
  return { kind: match[1].toLowerCase() as FilterKind, value: match[2] }
}
