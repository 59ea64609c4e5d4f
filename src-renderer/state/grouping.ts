import type { CredentialKind, CredentialSummary } from '#shared/credential.ts'
import type { Grouping, Order } from '#shared/list-order.ts'
import { locale } from '#shared/locale.ts'
import { statusTable } from '#shared/status.ts'
import { listText, railText } from '../text/list-text.ts'

/** A heading of the list, with the entries below it. */
type Group = { readonly key: string; readonly label: string; readonly credentials: CredentialSummary[] }

const statusGroups = ['attention', 'favourites', 'expiring', 'working'] as const
const kinds: readonly CredentialKind[] = ['oauth', 'api-key', 'mcp', 'aws', 'extension']

/** Returns the heading of an entry. Null: entries stand under none. */
export function headingOf(
  credential: CredentialSummary,
  grouping: Grouping
): Pick<Group, 'key' | 'label'> | null {
  switch (grouping) {
    case 'none':
      return null
    case 'service':
      return { key: credential.service, label: credential.name }
    case 'kind':
      return { key: credential.kind, label: railText.kind[credential.kind] }
    case 'status': {
      const key = statusGroupOf(credential)
      return { key, label: listText.groups[key] }
    }
  }
}

/** Brings entries of one heading together; each keeps its place among those of its heading. */
export function grouped(
  credentials: readonly CredentialSummary[],
  grouping: Grouping
): readonly CredentialSummary[] {
  const groups = new Map<string, Group>()
  for (const credential of credentials) {
    const heading = headingOf(credential, grouping)
    if (heading === null) return credentials
    const known = groups.get(heading.key)
    if (known === undefined) groups.set(heading.key, { ...heading, credentials: [credential] })
    else known.credentials.push(credential)
  }
  return [...groups.values()].toSorted(byHeading(grouping)).flatMap((group) => group.credentials)
}

/** The grouping that suits another order: what needs the person is on top, every other order goes through the whole list. */
export function groupingFor(order: Order, grouping: Grouping): Grouping {
  if (order === 'attention') return grouping === 'none' ? 'status' : grouping
  return grouping === 'status' ? 'none' : grouping
}

function statusGroupOf(credential: CredentialSummary): (typeof statusGroups)[number] {
  if (statusTable[credential.status.kind].needsAttention) return 'attention'
  if (credential.labels?.isFavourite === true) return 'favourites'
  return credential.status.kind === 'expiring' ? 'expiring' : 'working'
}

const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })

function byHeading(grouping: Grouping): (one: Group, other: Group) => number {
  if (grouping === 'service') return (one, other) => collator.compare(one.label, other.label)
  const order: readonly string[] = grouping === 'kind' ? kinds : statusGroups
  return (one, other) => order.indexOf(one.key) - order.indexOf(other.key)
}
