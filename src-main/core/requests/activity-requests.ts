import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { AuditReportView, AuditRowView } from '#shared/broker/audit.ts'
import type { useRequests } from '#shared/broker/use-requests.ts'
import type { ClientView } from '#shared/broker/clients.ts'
import type { ApprovalView } from '#shared/broker/use.ts'
import { type CredentialRef, credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Approval } from '../use/approval.ts'
import type { Approvals } from '../use/approvals.ts'
import type { AuditFilter, AuditRow } from '../use/audit-row.ts'
import type { Client, Peer } from '../use/client.ts'
import type { Clients, PairedClient } from '../use/clients.ts'
import type { Proposals } from '../use/proposals.ts'
import type { ShowCredential } from './shown-credential.ts'

/** The log as the requests see it. */
export type ActivityLog = {
  /** Rows, newest first. Throws KEYCHAIN_*, VAULT_LOCKED, CREDENTIAL_UNREADABLE. */
  list(filter: AuditFilter): Promise<readonly AuditRow[]>
  /** Null: there is no such row. Throws as `list`. */
  find(seq: number): Promise<{ readonly row: AuditRow; readonly outcome: AuditRow | null } | null>
  /** `anchor`: a line of a head; null: the one in the store. Throws INVALID_REQUEST for a line that is none. */
  verify(anchor: string | null): Promise<AuditReportView>
  /** Writes a row about something that was decided. */
  note(
    action: string,
    fields: Partial<Omit<AuditRow, 'seq' | 'at' | 'kind' | 'of' | 'action'>>
  ): Promise<void>
}

/** The one who did something, in a row of the log. */
type Doer = Partial<Pick<AuditRow, 'client' | 'clientName' | 'peer'>>
type Asker = { readonly client: Client; readonly peer: Peer }

/**
 * Writes down what was done with an entry; null: with every one. A log that can not be written stops and undoes nothing:
 * an export may be what saves the credentials. Never rejects.
 */
export async function noteDone(
  audit: Pick<ActivityLog, 'note'>,
  action: 'store' | 'delete' | 'export',
  entry: CredentialRef | null,
  who: Doer
): Promise<void> {
  const credential = entry === null ? {} : { credential: credentialKey(entry) }
  await audit.note(action, { ...who, ...credential }).catch(() => undefined)
}

/** A program that asks through the socket, or the person's terminal. */
export const doerOf = ({ client, peer }: Asker): Doer => ({
  client: client.id,
  clientName: client.name,
  peer
})

/** The person in the window. */
export const inWindow: Doer = { client: 'window', clientName: 'window' }

export type ActivityRequestPorts = {
  readonly activity: {
    readonly approvals: Approvals
    readonly clients: Clients
    readonly proposals: Proposals
    readonly audit: ActivityLog
    readonly show: ShowCredential
  }
  readonly writeClipboard: (text: string) => Promise<void>
}
type ActivityHandlers = Pick<
  VaultRequestHandlers,
  Exclude<keyof typeof useRequests, 'listProposals' | 'answerProposal'>
>

/** The requests about what programs may do and did, from the window and from the person's own terminal. */
export function activityHandlers({ activity, writeClipboard }: ActivityRequestPorts): ActivityHandlers {
  const { approvals, clients, audit, proposals, show } = activity
  const rowView = (row: AuditRow): AuditRowView => auditRowView(row, show)
  let anchor: string | null = null
  return {
    listApprovals: async () => approvals.given.list().map((approval) => approvalView(approval, activity)),
    revokeApproval: async (id) => {
      const approval = approvals.given.list().find((each) => each.id === id)
      if (approval === undefined || !approvals.given.revoke(id)) throw gone()
      const { client, credential } = approval
      await audit.note('revoke', { client, clientName: nameOf(client, clients), credential })
      return null
    },
    listClients: async () => clients.list().map(clientView),
    removeClient: async (name) => {
      const id = clients.list().find((client) => client.name === name)?.id ?? ''
      clients.remove(name)
      approvals.revokeClient(id)
      proposals.removeClient(id)
      await audit.note('unpair', { client: id, clientName: name })
      return null
    },
    listAudit: async (wish) => (await audit.list({ ...wish, action: null, since: null })).map(rowView),
    explainAudit: async (seq) => {
      const found = await audit.find(seq)
      if (found === null) return null
      return { row: rowView(found.row), outcome: found.outcome && rowView(found.outcome) }
    },
    verifyAudit: async (line) => {
      const report = await audit.verify(line)
      anchor = report.head
      return report
    },
    copyActivity: async (seqs) => {
      const found = await Promise.all(seqs.map((seq) => audit.find(seq)))
      const lines = found.flatMap((each) => (each === null ? [] : [JSON.stringify(rowView(each.row))]))
      if (lines.length === 0) throw invalid('These rows are no longer in the log.')
      await writeClipboard(`${lines.join('\n')}\n`)
      return null
    },
    copyAuditAnchor: async () => {
      if (anchor === null) throw invalid('There is no anchor yet. Check the log first.')
      await writeClipboard(anchor)
      return null
    }
  }
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
const gone = (): VaultError => invalid('There is no such approval. It may have ended.')

/** The name of a client; its id, such as `terminal`, if it is not paired. */
export function nameOf(id: string, clients: Pick<Clients, 'find'>): string {
  return clients.find(id)?.name ?? id
}

function approvalView(
  approval: Approval,
  { clients, show }: Pick<ActivityRequestPorts['activity'], 'clients' | 'show'>
): ApprovalView {
  const { client, credential, givenAt, until, lastUsedAt, methods, run: _run, ...rest } = approval
  return {
    ...rest,
    client: { id: client, name: nameOf(client, clients) },
    ...show(credential),
    methods: [...methods],
    isPattern: approval.isPattern === true,
    givenAt: givenAt.toISOString(),
    until: until?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null
  }
}

function clientView({ id, name, pairedAt, lastSeenAt }: PairedClient): ClientView {
  return { id, name, pairedAt: pairedAt.toISOString(), lastSeenAt: lastSeenAt?.toISOString() ?? null }
}

function auditRowView({ at, ...row }: AuditRow, show: ShowCredential): AuditRowView {
  const shown = row.credential === null ? null : show(row.credential)
  return { ...row, at: at.toISOString(), peer: { ...row.peer }, shown }
}
