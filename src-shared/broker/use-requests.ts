import * as v from 'valibot'
import { everyDoor, windowOnly } from '../doors.ts'
import { auditReport, auditRowView, auditWish } from './audit.ts'
import { clientName, clientView } from './clients.ts'
import { proposalDecision, proposalView } from './proposals.ts'
import { approvalView } from './use.ts'

const id = v.pipe(v.string(), v.maxLength(64))
const seq = v.pipe(v.number(), v.integer(), v.minValue(1))
const nothing = v.null()

/** The requests about what programs may do and did, from a window and from the person's own terminal. */
export const useRequests = {
  listApprovals: { doors: everyDoor, input: v.strictTuple([]), output: v.array(approvalView) },
  revokeApproval: { doors: everyDoor, input: v.strictTuple([id]), output: nothing },
  /** What programs propose, the oldest first. */
  listProposals: { doors: everyDoor, input: v.strictTuple([]), output: v.array(proposalView) },
  /** Accepts or dismisses a proposal; a rule that is accepted is an approval. Fails with INVALID_REQUEST if it waits no more. */
  answerProposal: { doors: everyDoor, input: v.strictTuple([proposalDecision]), output: nothing },
  listClients: { doors: everyDoor, input: v.strictTuple([]), output: v.array(clientView) },
  /** Ends the access of a program and every approval of it. */
  removeClient: { doors: everyDoor, input: v.strictTuple([clientName]), output: nothing },
  listAudit: { doors: everyDoor, input: v.strictTuple([auditWish]), output: v.array(auditRowView) },
  /** A row and, of an intent, its outcome; null: there is no such row. */
  explainAudit: {
    doors: everyDoor,
    input: v.strictTuple([v.pipe(v.number(), v.integer())]),
    output: v.nullable(v.strictObject({ row: auditRowView, outcome: v.nullable(auditRowView) }))
  },
  /** Checks the chain of the log against an anchor, a line that `head` gave; null: the one in the store. */
  verifyAudit: {
    doors: everyDoor,
    input: v.strictTuple([v.nullable(v.pipe(v.string(), v.maxLength(300)))]),
    output: auditReport
  },
  /** Copies these rows of the log as JSON lines, in this order; the rows are read again by their numbers. */
  copyActivity: {
    doors: windowOnly,
    input: v.strictTuple([v.pipe(v.array(seq), v.minLength(1), v.maxLength(1000))]),
    output: nothing
  },
  /** Copies the line `head` of the report that was shown last. */
  copyAuditAnchor: { doors: windowOnly, input: v.strictTuple([]), output: nothing }
} as const

export const useEvents = {
  /**
   * The log, the approvals, the proposals or the programs changed; at most once a second. `seq`: the newest row that this
   * process has written; null: it has written none.
   */
  activityChanged: v.strictObject({ seq: v.nullable(seq) })
} as const
