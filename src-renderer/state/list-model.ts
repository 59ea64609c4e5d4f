import type { CredentialSummary } from '#shared/credential.ts'
import { CredentialOrder, type Grouping, type Order } from '#shared/list-order.ts'
import { grouped, headingOf } from './grouping.ts'
import { type Removal, removalsByEntry } from './removal.ts'
import { isSearching, type Search, searched } from './search.ts'
import { isInView, type View } from './view.ts'

type GroupItem = { readonly kind: 'group'; readonly key: string; readonly label: string; count: number }

/** An item that the list draws, from top to bottom. `index` counts rows of credentials only. */
export type ListItem =
  | Readonly<GroupItem>
  | { readonly kind: 'row'; readonly credential: CredentialSummary; readonly index: number }
  | { readonly kind: 'removed'; readonly removal: Removal }

export type ListOptions = {
  readonly view: View
  readonly search: Search
  readonly order: Order
  readonly grouping: Grouping
}

const listOrder = new CredentialOrder()

/** The credentials of a view that match the search, in order, with those of one group together. */
export function chooseCredentials(
  credentials: Iterable<CredentialSummary>,
  { view, search, order, grouping }: ListOptions
): readonly CredentialSummary[] {
  const inView = [...credentials].filter((credential) => isInView(credential, view))
  return grouped(listOrder.sorted(isSearching(search) ? searched(inView, search) : inView, order), grouping)
}

/**
 * The rows with the headings of their groups. `shown` is in the order of `chooseCredentials` and holds the entries of
 * `removals`, too; each removal is one line in the place of its first entry.
 */
export function toItems(
  shown: readonly CredentialSummary[],
  grouping: Grouping,
  removals: readonly Removal[] = []
): readonly ListItem[] {
  const items: ListItem[] = []
  const lines = new Set<Removal>()
  const removalOf = removalsByEntry(removals)
  let group = null as GroupItem | null
  let index = 0
  for (const credential of shown) {
    const removal = removalOf.get(credential)
    if (removal !== undefined && lines.has(removal)) continue
    const heading = headingOf(credential, grouping)
    if (heading !== null && heading.key !== group?.key) {
      group = { kind: 'group', ...heading, count: 0 }
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
