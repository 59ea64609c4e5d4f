import type { AuditReportView } from '#shared/broker/audit.ts'
import type { BrokerHandlers } from '#shared/broker/requests.ts'
import type { QuestionView } from '#shared/broker/use.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { Question } from '../use/approval.ts'
import type { Approvals } from '../use/approvals.ts'
import type { AuditRow } from '../use/audit-row.ts'
import type { DryRun } from '../use/dry-run.ts'
import type { Clients } from '../use/clients.ts'
import type { ActivityLog } from './activity-requests.ts'
import type { ShowCredential } from './shown-credential.ts'

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
  readonly audit: Pick<ActivityLog, 'list' | 'note'>
  /**
   * Writes down that the person has taken note of what is wrong with the log, which goes on from there. Throws
   * INVALID_REQUEST if nothing is wrong.
   */
  readonly acceptAudit: () => Promise<AuditReportView>
  readonly viewOf: (question: Question) => QuestionView
}

const everything = { credential: null, client: null, action: null, kind: null, since: null } as const

const MARK = '�'

/** The requests of the socket alone: questions, pairing, and the check of a policy. */
export function useHandlers(ports: UseRequestPorts): BrokerHandlers {
  const { approvals, clients, clientSecret, audit, policyCheck, viewOf } = ports
  return {
    listQuestions: async () => approvals.questions.list().map(viewOf),
    answerQuestion: async ({ id, digest, answer }) => {
      const { client, wanted } = approvals.questions.answer(id, digest, answer)
      const code = answer.kind === 'denied' ? 'denied' : answer.duration
      const who = { client: client.id, clientName: client.name, credential: wanted.credential }
      await audit.note('answer', { ...who, code })
      return null
    },
    pairClient: async (name) => {
      const { id } = clients.add(name)
      const secret = await clientSecret(id).catch((error: unknown) => {
        clients.remove(name)
        throw error
      })
      await audit.note('pair', { client: id, clientName: name })
      return { id, name, secret }
    },
    acceptAudit: ports.acceptAudit,
    checkPolicy: async ({ text, limit }) => {
      const rows = await audit.list({ ...everything, limit })
      const { changes, problems, ...report } = await policyCheck(text, rows)
      return { ...report, problems: [...problems], changes: changes.map((change) => ({ ...change })) }
    }
  }
}

/** A question as every place shows it: cleaned here and nowhere else. */
export function questionView(
  { wanted, client, peer, ...question }: Question,
  show: ShowCredential
): QuestionView {
  const { helper, host, method, mode, path, scope } = wanted
  return {
    id: question.id,
    digest: question.digest,
    client: { id: client.id, name: cleanText(client.name, MARK) },
    peer: { ...peer, program: peer.program === null ? null : cleanText(peer.program, MARK).slice(0, 4096) },
    ...show(wanted.credential),
    mode,
    ...(helper !== undefined && { helper }),
    isInRun: wanted.run !== null,
    scope: scope === null ? null : cleanText(scope, MARK),
    host: cleanText(host, MARK),
    method: cleanText(method, MARK),
    path: cleanText(path, MARK),
    reason: question.reason,
    askedAt: question.askedAt.toISOString(),
    until: question.until.toISOString()
  }
}
