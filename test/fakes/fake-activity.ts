import type { AuditReportView } from '#shared/broker/audit.ts'
import type { ActivityLog, ActivityRequestPorts } from '../../src-main/core/requests/activity-requests.ts'
import type { Approval } from '../../src-main/core/use/approval.ts'
import { Approvals } from '../../src-main/core/use/approvals.ts'
import type { AuditFilter, AuditRow, NewAuditRow } from '../../src-main/core/use/audit-row.ts'
import type { ShowCredential } from '../../src-main/core/requests/shown-credential.ts'
import { unknownPeer } from '../../src-main/core/use/client.ts'
import type { Proposal } from '../../src-main/core/use/proposal.ts'
import { Proposals } from '../../src-main/core/use/proposals.ts'
import { Clients, type PairedClient } from '../../src-main/core/use/clients.ts'

/** What a test begins with. `rows` are the oldest first, numbered from 1 without gaps. */
export type ActivitySeed = {
  readonly rows: readonly AuditRow[]
  readonly approvals: readonly Approval[]
  readonly clients: readonly PairedClient[]
  /** Default: none. */
  readonly proposals?: readonly Proposal[]
}

export type FakeActivity = {
  readonly ports: ActivityRequestPorts['activity']
  /** Writes a row, as a program’s use would. */
  readonly append: (row: NewAuditRow) => void
  /** Sets what the next checks of the log find. */
  readonly setReport: (report: Partial<AuditReportView>) => void
}

export const noActivity: ActivitySeed = { rows: [], approvals: [], clients: [] }

/** The real approvals and programs over a log in memory. `tell` hears of every change. */
export function fakeActivity(
  seed: ActivitySeed,
  { show, tell }: { readonly show: ShowCredential; readonly tell: (seq: number | null) => void }
): FakeActivity {
  const rows = [...seed.rows]
  let change: Partial<AuditReportView> = {}
  let ids = 0
  const clock = {
    now: () => new Date(),
    after: (ms: number, ring: () => void) => {
      const timer = setTimeout(ring, ms)
      return () => clearTimeout(timer)
    }
  }
  const newId = (): string => `made-${String((ids += 1))}`
  const append = (row: NewAuditRow): void => {
    rows.push({ ...row, seq: rows.length + 1, at: clock.now() })
    tell(rows.length)
  }
  const approvals = new Approvals({
    clock,
    newId,
    digest: (text) => text,
    read: () => seed.approvals,
    write: () => tell(null),
    onQuestions: () => undefined,
    isRunOpen: () => false
  })
  const clients = new Clients({
    clock,
    newId,
    read: () => seed.clients,
    write: () => tell(null),
    onRemoved: () => undefined
  })
  const proposals = new Proposals({
    clock,
    newId,
    digest: (text) =>
      Array.from(text)
        .reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0, 7)
        .toString(16),
    read: () => ({ waiting: seed.proposals ?? [], dismissed: [] }),
    write: () => tell(null),
    isThere: () => false
  })
  const audit: ActivityLog = {
    list: async (filter) => rows.toReversed().filter(matching(filter)).slice(0, filter.limit),
    find: async (seq) => {
      const row = rows.find((each) => each.seq === seq)
      return row === undefined ? null : { row, outcome: rows.find(({ of }) => of === seq) ?? null }
    },
    verify: async () => ({ ...soundReport(rows.length), ...change }),
    note: async (action, fields) => append({ ...noted, action, ...fields })
  }
  return {
    ports: { approvals, clients, proposals, audit, show },
    append,
    setReport: (report) => {
      change = report
    }
  }
}

const matching =
  ({ client, credential, kind }: AuditFilter) =>
  (row: AuditRow): boolean =>
    (client === null || row.client === client) &&
    (credential === null || row.credential === credential) &&
    (kind === null || row.kind === kind)

function soundReport(last: number): AuditReportView {
  const head = `latchkey-audit 1 ${String(last)} 9b1f0c7d4e5a${'0'.repeat(52)} 2026-11-21T11:38:00.000Z`
  return {
    kind: 'ok',
    seq: null,
    to: null,
    why: null,
    soundTo: last,
    anchoredTo: last,
    accepted: null,
    head
  }
}

const noted = {
  kind: 'event',
  of: null,
  client: 'terminal',
  clientName: 'terminal',
  peer: unknownPeer,
  credential: null,
  method: null,
  host: null,
  path: null,
  status: null,
  code: null,
  reason: null,
  redacted: null,
  bytes: null
} as const
