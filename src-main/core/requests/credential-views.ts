import type { CredentialsView, CredentialView } from '#shared/broker/credential-views.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { statusTable } from '#shared/status.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { CredentialFeed } from '../list/credential-feed.ts'
import { meantEntries } from '../meant-entries.ts'
import type { Approval } from '../use/approval.ts'
import type { Clients } from '../use/clients.ts'
import { nameOf } from './activity-requests.ts'

export type CredentialViewPorts = {
  readonly feed: Pick<CredentialFeed, 'summaries'>
  readonly approvals: { list(): readonly Pick<Approval, 'client' | 'credential'>[] }
  readonly clients: Pick<Clients, 'find'>
  /** The last known health of the store. */
  readonly health: () => Promise<StorageHealth>
}

type Wish = { readonly service: string | null; readonly account: string | null }

/** What is kept, as a terminal shows it: what needs the person first, then by service and account. */
export async function credentialViews(
  { feed, approvals, clients, health }: CredentialViewPorts,
  { service, account }: Wish
): Promise<CredentialsView> {
  const allowed = approvals.list()
  const viewOf = (summary: CredentialSummary): CredentialView => {
    const names = allowed
      .filter(({ credential }) => credential === summary.id)
      .map(({ client }) => nameOf(client, clients))
    return { ...summary, allowedTo: [...new Set(names)].toSorted() }
  }
  const all = feed.summaries()
  const ofAccount = ({ account: its }: CredentialSummary): boolean => account === null || its === account
  const meant =
    service === null ? all.filter(ofAccount) : meantEntries(all, (summary) => summary, { service, account })
  return { storage: await health(), credentials: meant.toSorted(byNeed).map(viewOf) }
}

const rankOf = ({ status }: CredentialSummary): number =>
  statusTable[status.kind].needsAttention ? statusTable[status.kind].rank : Infinity

function byNeed(one: CredentialSummary, other: CredentialSummary): number {
  const [first, second] = [rankOf(one), rankOf(other)]
  if (first !== second) return first - second
  return one.id < other.id ? -1 : 1
}
