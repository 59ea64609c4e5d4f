import * as v from 'valibot'

const instant = v.pipe(v.string(), v.isoTimestamp())
const count = v.pipe(v.number(), v.integer())

export const auditKinds = ['intent', 'outcome', 'refused', 'event', 'checkpoint'] as const

/** A row of the audit log as it is shown. It has no secret, no query and no body. */
export const auditRowView = v.strictObject({
  seq: count,
  at: instant,
  kind: v.picklist(auditKinds),
  of: v.nullable(count),
  client: v.string(),
  clientName: v.string(),
  peer: v.strictObject({
    uid: v.nullable(v.number()),
    pid: v.nullable(v.number()),
    program: v.nullable(v.string())
  }),
  credential: v.nullable(v.string()),
  /** The credential as people know it; null: the row is about none. */
  shown: v.nullable(v.strictObject({ service: v.string(), name: v.string(), account: v.string() })),
  action: v.string(),
  method: v.nullable(v.string()),
  host: v.nullable(v.string()),
  path: v.nullable(v.string()),
  status: v.nullable(v.number()),
  code: v.nullable(v.string()),
  reason: v.nullable(v.string()),
  redacted: v.nullable(v.number()),
  bytes: v.nullable(v.number())
})
export type AuditRowView = v.InferOutput<typeof auditRowView>

/** Which rows are wanted, the newest first; null: no matter which. */
export const auditWish = v.strictObject({
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  credential: v.nullable(v.pipe(v.string(), v.maxLength(700))),
  client: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  kind: v.nullable(v.picklist(auditKinds))
})
export type AuditWish = v.InferOutput<typeof auditWish>

export const auditReport = v.strictObject({
  kind: v.picklist(['ok', 'changed', 'removed', 'cut', 'rewritten', 'not-anchored', 'unreadable']),
  /** The first row that is wrong; null: none is. */
  seq: v.nullable(count),
  /** The last of the rows that are missing; null: none is. */
  to: v.nullable(count),
  /** Why nothing is known of the end: there is no anchor, or its row was removed by age. Null: it is anchored. */
  why: v.nullable(v.picklist(['no-anchor', 'older'])),
  /** The rows up to this one fit the key and each other; 0: none. */
  soundTo: count,
  /** The rows up to this one are as they were when the anchor was taken; null: nothing is known of that. */
  anchoredTo: v.nullable(count),
  /** The person accepted by row `seq` what is wrong from row `from` on; null: nothing was accepted. */
  accepted: v.nullable(v.strictObject({ seq: count, at: instant, from: count })),
  /** The newest row as a line to keep elsewhere. */
  head: v.string()
})
export type AuditReportView = v.InferOutput<typeof auditReport>
