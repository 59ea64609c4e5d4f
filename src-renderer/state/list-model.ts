import type { CredentialSummary } from '#shared/credential.ts'
import { statusTable } from '#shared/status.ts'
import { locale } from '../text/locale.ts'
import { isSearching, matcher, type Search } from './search.ts'
import { isInView, type View } from './view.ts'

export const orders = ['attention', 'expiry', 'name', 'used', 'added'] as const
export type Order = (typeof orders)[number]

export const groups = ['attention', 'expiring', 'working'] as const
export type GroupId = (typeof groups)[number]

/** An item that the list draws, from top to bottom. `index` counts credentials only. */
export type ListItem =
  | { readonly kind: 'group'; readonly group: GroupId; readonly count: number }
  | { readonly kind: 'row'; readonly credential: CredentialSummary; readonly index: number }

export type ListOptions = { readonly view: View; readonly search: Search; readonly order: Order }

const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })

/** The credentials of a view that match the search, in order. */
export function chooseCredentials(
  credentials: Iterable<CredentialSummary>,
  { view, search, order }: ListOptions
): readonly CredentialSummary[] {
  const matches = isSearching(search) ? matcher(search) : () => true
  const chosen: Keyed[] = []
  for (const credential of credentials) {
    if (isInView(credential, view) && matches(credential)) chosen.push(keyed(credential, order))
  }
  return chosen.toSorted(compare).map(({ credential }) => credential)
}

/** Adds groups only to the order by attention; they would break any other order. */
export function toItems(credentials: readonly CredentialSummary[], order: Order): readonly ListItem[] {
  const rows = credentials.map((credential, index): ListItem => ({ kind: 'row', credential, index }))
  if (order !== 'attention') return rows
  const items: ListItem[] = []
  let start = 0
  for (const group of groups) {
    let end = start
    while (end < credentials.length && groupOf(credentials[end]) === group) end += 1
    if (end > start) items.push({ kind: 'group', group, count: end - start }, ...rows.slice(start, end))
    start = end
  }
  return items
}

export function groupOf(credential: CredentialSummary | undefined): GroupId | null {
  if (credential === undefined) return null
  if (statusTable[credential.status.kind].needsAttention) return 'attention'
  return credential.status.kind === 'expiring' ? 'expiring' : 'working'
}

/** One number to sort by and one to break ties, read once instead of at every comparison. */
type Keyed = { readonly credential: CredentialSummary; readonly first: number; readonly second: number }

function keyed(credential: CredentialSummary, order: Order): Keyed {
  switch (order) {
    case 'attention':
      return {
        credential,
        first: statusTable[credential.status.kind].rank,
        second: expiryInstant(credential)
      }
    case 'expiry':
      return { credential, first: expiryInstant(credential), second: 0 }
    case 'name':
      return { credential, first: 0, second: 0 }
    case 'used':
      return { credential, first: latestFirst(credential.lastUsedAt), second: 0 }
    case 'added':
      return { credential, first: latestFirst(credential.obtainedAt), second: 0 }
  }
}

function compare(a: Keyed, b: Keyed): number {
  if (a.first !== b.first) return a.first - b.first
  if (a.second !== b.second) return a.second - b.second
  return (
    collator.compare(a.credential.name, b.credential.name) ||
    collator.compare(a.credential.account, b.credential.account)
  )
}

/** Sorts an unknown expiry after every known one, and no expiry last. */
function expiryInstant({ expiry }: CredentialSummary): number {
  if (expiry.kind === 'at') return Date.parse(expiry.at)
  return expiry.kind === 'unknown' ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER
}

function latestFirst(instant: string | null): number {
  return instant === null ? 0 : -Date.parse(instant)
}
