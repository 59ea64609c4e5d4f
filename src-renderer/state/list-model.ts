import type { CredentialSummary } from '#shared/credential.ts'
import { CredentialOrder, type Order } from '#shared/list-order.ts'
import { statusTable } from '#shared/status.ts'
import { type Removal, removalsByEntry } from './removal.ts'
import { isSearching, type Search, searched } from './search.ts'
import { isInView, type View } from './view.ts'

export const groups = ['attention', 'favourites', 'expiring', 'working'] as const
export type GroupId = (typeof groups)[number]

/** An item that the list draws, from top to bottom. `index` counts rows of credentials only. */
export type ListItem =
  | { readonly kind: 'group'; readonly group: GroupId; readonly count: number }
  | { readonly kind: 'row'; readonly credential: CredentialSummary; readonly index: number }
  | { readonly kind: 'removed'; readonly removal: Removal }

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

/**
 * The rows, with their groups in the order by attention alone: they would break any other order. `shown` holds the entries
 * of `removals`, too; each removal is one line in the place of its first entry.
 */
export function toItems(
  shown: readonly CredentialSummary[],
  order: Order,
  removals: readonly Removal[] = []
): readonly ListItem[] {
  const items: ListItem[] = []
  const lines = new Set<Removal>()
  const removalOf = removalsByEntry(removals)
  let group = null as { kind: 'group'; group: GroupId; count: number } | null
  let index = 0
  for (const credential of shown) {
    const removal = removalOf.get(credential)
    if (removal !== undefined && lines.has(removal)) continue
    const id = order === 'attention' ? groupOf(credential) : null
    if (id !== null && id !== group?.group) {
      group = { kind: 'group', group: id, count: 0 }
      items.push(group)
    }
    if (removal !== undefined) {
      lines.add(removal)
      items.push({ kind: 'removed', removal })
    } else {
      if (group !== null) group.count += 1
      items.push({ kind: 'row', credential, index })
      index += 1
    }
  }
  return items
}

export function groupOf(credential: CredentialSummary | undefined): GroupId | null {
  if (credential === undefined) return null
  if (statusTable[credential.status.kind].needsAttention) return 'attention'
  if (credential.labels?.isFavourite === true) return 'favourites'
  return credential.status.kind === 'expiring' ? 'expiring' : 'working'
}
