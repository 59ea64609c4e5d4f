import { auditRowFrom, type NewAuditRow } from '../../core/use/audit-row.ts'
import { unknownPeer } from '../../core/use/client.ts'

/** The person has taken note of a fault of the log and lets it go on. */
export type Acceptance = {
  /** Its row: from here on the log is whole again. */
  readonly seq: number
  readonly at: Date
  /** The row at which the fault began. Nothing vouches for what is between. */
  readonly from: number
}

/** Action of the row of an acceptance. */
export const ACCEPT = 'accept-log'

/** The row of an acceptance. `from`: the first row that is wrong; `fault`: the kind of fault that was found. */
export function acceptanceRow(from: number, fault: string): NewAuditRow {
  return {
    kind: 'event',
    of: from,
    client: 'terminal',
    clientName: 'terminal',
    peer: unknownPeer,
    credential: null,
    action: ACCEPT,
    method: null,
    host: null,
    path: null,
    status: null,
    code: fault,
    reason: null,
    redacted: null,
    bytes: null
  }
}

/** The acceptance that a row with the hash of the key holds. Null: it holds none. */
export function acceptanceFrom({
  seq,
  text
}: {
  readonly seq: number
  readonly text: string
}): Acceptance | null {
  const row = auditRowFrom(text)?.row
  const isOne = row?.kind === 'event' && row.action === ACCEPT && row.seq === seq
  return isOne && row.of !== null ? { seq, at: row.at, from: row.of } : null
}
