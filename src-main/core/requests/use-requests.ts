import type { AuditReportView, AuditRowView } from '#shared/broker/audit.ts'
import type { BrokerHandlers } from '#shared/broker/requests.ts'
import type { ClientView } from '#shared/broker/clients.ts'
import type { ApprovalView, QuestionView } from '#shared/broker/use.ts'
import { refFromKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { Approval } from '../use/approval.ts'
import type { Approvals, Question } from '../use/approvals.ts'
import type { AuditFilter, AuditRow } from '../use/audit-row.ts'
import type { DryRun } from '../use/dry-run.ts'
import type { Clients, PairedClient } from '../use/clients.ts'

export type UseRequestPorts = {
  readonly approvals: Approvals
  readonly clients: Clients
  /** The secret of a client, 32 bytes in hex. Throws KEYCHAIN_*, VAULT_LOCKED. */
  readonly clientSecret: (id: string) => Promise<string>
  /**
   * Checks a policy, or the one in use (null), and decides the requests of these rows by it. Throws
   * CONFIG_INVALID.
   */
  readonly policyCheck: (
    text: string | null,
    rows: readonly AuditRow[]
  ) => Promise<DryRun & { readonly problems: readonly string[] }>
  readonly audit: {
    list(filter: AuditFilter): Promise<readonly AuditRow[]>
    find(seq: number): Promise<{ readonly row: AuditRow; readonly outcome: AuditRow | null } | null>
    /** `anchor`: a line of a head; null: none. Throws INVALID_REQUEST for a line that is none. */
    verify(anchor: string | null): Promise<AuditReportView>
    /** Writes a row about something that was decided. */
    note(
      action: string,
      fields: Partial<Pick<AuditRow, 'client' | 'clientName' | 'credential' | 'code'>>
    ): Promise<void>
  }
}

const everything = { credential: null, client: null, action: null, kind: null, since: null } as const

const MARK = '�'

/** The requests about programs: their questions, approvals and pairing, and the log of what they did. */
export function useHandlers(ports: UseRequestPorts): BrokerHandlers {
  const { approvals, clients, clientSecret, audit, policyCheck } = ports
  return {
    listQuestions: async () => approvals.questions().map(questionView),
    answerQuestion: async ({ id, digest, answer }) => {
      const { client, wanted } = approvals.answer(id, digest, answer)
      const code = answer.kind === 'denied' ? 'denied' : answer.duration
      const who = { client: client.id, clientName: client.name, credential: wanted.credential }
      await audit.note('answer', { ...who, code })
      return null
    },
    listApprovals: async () => approvals.list().map((approval) => approvalView(approval, clients)),
    revokeApproval: async (id) => {
      const approval = approvals.list().find((each) => each.id === id)
      if (approval === undefined || !approvals.revoke(id)) throw gone()
      await audit.note('revoke', { client: approval.client, credential: approval.credential })
      return null
    },
    listClients: async () => clients.list().map(clientView),
    pairClient: async (name) => {
      const { id } = clients.add(name)
      const secret = await clientSecret(id).catch((error: unknown) => {
        clients.remove(name)
        throw error
      })
      await audit.note('pair', { client: id, clientName: name })
      return { id, name, secret }
    },
    removeClient: async (name) => {
      const id = clients.list().find((client) => client.name === name)?.id ?? ''
      clients.remove(name)
      approvals.revokeClient(id)
      await audit.note('unpair', { client: id, clientName: name })
      return null
    },
    listAudit: async (wish) => (await audit.list({ ...wish, action: null, since: null })).map(auditRowView),
    explainAudit: async (seq) => {
      const found = await audit.find(seq)
      if (found === null) return null
      return { row: auditRowView(found.row), outcome: found.outcome && auditRowView(found.outcome) }
    },
    verifyAudit: (anchor) => audit.verify(anchor),
    checkPolicy: async ({ text, limit }) => {
      const rows = await audit.list({ ...everything, limit })
      const { changes, problems, ...report } = await policyCheck(text, rows)
      return { ...report, problems: [...problems], changes: changes.map((change) => ({ ...change })) }
    }
  }
}

function gone(): VaultError {
  return new VaultError('INVALID_REQUEST', { message: 'There is no such approval. It may have ended.' })
}

/** A question as every place shows it: cleaned here and nowhere else. */
export function questionView({ wanted, client, peer, ...question }: Question): QuestionView {
  const { host, method, mode, path, scope } = wanted
  return {
    id: question.id,
    digest: question.digest,
    client: { id: client.id, name: cleanText(client.name, MARK) },
    peer: { ...peer, program: peer.program === null ? null : cleanText(peer.program, MARK).slice(0, 4096) },
    ...accountOf(wanted.credential),
    mode,
    scope: scope === null ? null : cleanText(scope, MARK),
    host: cleanText(host, MARK),
    method: cleanText(method, MARK),
    path: cleanText(path, MARK),
    reason: question.reason,
    askedAt: question.askedAt.toISOString(),
    until: question.until.toISOString()
  }
}

function approvalView(approval: Approval, clients: Clients): ApprovalView {
  const { client, credential, givenAt, until, lastUsedAt, methods, ...rest } = approval
  return {
    ...rest,
    client: { id: client, name: clients.find(client)?.name ?? client },
    ...accountOf(credential),
    methods: [...methods],
    givenAt: givenAt.toISOString(),
    until: until?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null
  }
}

function accountOf(credential: string): { readonly service: string; readonly account: string } {
  const { service = '?', account = '?' } = refFromKey(credential) ?? {}
  return { service, account: cleanText(account, MARK) }
}

function clientView({ id, name, pairedAt, lastSeenAt }: PairedClient): ClientView {
  return { id, name, pairedAt: pairedAt.toISOString(), lastSeenAt: lastSeenAt?.toISOString() ?? null }
}

function auditRowView({ at, ...row }: AuditRow): AuditRowView {
  return { ...row, at: at.toISOString(), peer: { ...row.peer } }
}
