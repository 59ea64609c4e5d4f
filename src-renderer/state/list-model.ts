import type { CredentialSummary } from '#shared/credential.ts'
import { CredentialOrder, type Order } from '#shared/list-order.ts'
import { statusTable } from '#shared/status.ts'
import { isSearching, type Search, searched } from './search.ts'
import { isInView, type View } from './view.ts'

export const groups = ['attention', 'favourites', 'expiring', 'working'] as const
export type GroupId = (typeof groups)[number]

/** An item that the list draws, from top to bottom. `index` counts credentials only. */
export type ListItem =
  | { readonly kind: 'group'; readonly group: GroupId; readonly count: number }
  | { readonly kind: 'row'; readonly credential: CredentialSummary; readonly index: number }

export type ListOptions = { readonly view: View; readonly search: Search; readonly order: Order }

const listOrder = new CredentialOrder()

/** The credentials of a view that match the search, in order. */
export function chooseCredentials(
  credentials: Iterable<CredentialSummary>,
  { view, search, order }: ListOptions
): readonly CredentialSummary[] {
  const inView = [...credentials].filter((credential) => isInView(credential, view))
  return listOrder.sorted(isSearching(search) ? searched(inView, search) : inView, order)
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
  if (credential.labels?.isFavourite === true) return 'favourites'
  return credential.status.kind === 'expiring' ? 'expiring' : 'working'
}
