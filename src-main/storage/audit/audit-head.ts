import { type AuditRow, auditRowFrom } from '../../core/use/audit-row.ts'
import { type Acceptance, acceptanceFrom } from './acceptance.ts'

/** The newest row of an audit log. Kept in a second place, it is the anchor that the log is compared with. */
export type AuditHead = {
  /** 0: the log is empty. */
  readonly seq: number
  /** HMAC-SHA-256 of the row's text in hexadecimal; `NO_HASH` if the log is empty. */
  readonly hash: string
  /** Number of rows in the file; information for people, because the oldest rows are removed with time. */
  readonly count: number
  /** Time of the row. Null: the log is empty. */
  readonly at: Date | null
}

/** Stands for the hash of the row before the first one. */
export const NO_HASH = '0'.repeat(64)

const line =
  /^latchkey-audit 1 (?<seq>\d{1,16}) (?<count>\d{1,16}) (?<at>-|[\dTZ:.-]{24}) (?<hash>[\da-f]{64})$/

/** Returns the head as one line without its end: `latchkey-audit 1 SEQ COUNT AT HASH`. An absent time is `-`. */
export function headText({ seq, count, at, hash }: AuditHead): string {
  return `latchkey-audit 1 ${String(seq)} ${String(count)} ${at?.toISOString() ?? '-'} ${hash}`
}

/** The reverse of `headText`. Null: the text is anything else, also with a space or a line end around it. */
export function headFrom(text: string): AuditHead | null {
  const { seq, count, at, hash = '' } = line.exec(text)?.groups ?? {}
  const head = { seq: Number(seq), hash, count: Number(count), at: at === '-' ? null : new Date(at ?? '') }
  if (![head.seq, head.count].every((number) => Number.isSafeInteger(number))) return null
  if (head.at !== null && Number.isNaN(head.at.getTime())) return null
  const isEmpty = head.seq === 0
  if (isEmpty !== (head.at === null) || isEmpty !== (hash === NO_HASH) || head.count > head.seq) return null
  return headText(head) === text ? head : null
}

/** A row of the file as it is stored. */
export type StoredRow = { readonly seq: number; readonly text: string; readonly hash: string }

/** The first thing that is wrong; `seq` is the first bad row, `to` the last row that is missing. */
type Fault =
  /** The row is not the one that was written. */
  | { readonly kind: 'changed'; readonly seq: number }
  /** Rows before the newest one are missing. */
  | { readonly kind: 'removed'; readonly seq: number; readonly to: number }
  /** Rows at the end are missing that the anchor knows: they were deleted, or an older copy was put back. */
  | { readonly kind: 'cut'; readonly seq: number; readonly to: number }
  /**
   * The row of the anchor is another one, so the rows up to it were rewritten with the key; or no row of
   * the log was written with this key.
   */
  | { readonly kind: 'rewritten'; readonly seq: number }
  /** The file is broken at this row, or the row was written by a newer Latchkey. */
  | { readonly kind: 'unreadable'; readonly seq: number }

/** What `verify` found. */
export type AuditReport = (
  | { readonly kind: 'ok' }
  /**
   * The rows fit the key and each other. A program that has the key could have written all of them or cut the
   * end: only an anchor shows that. `no-anchor`: none was given. `older`: its row was removed by age.
   */
  | { readonly kind: 'not-anchored'; readonly why: 'no-anchor' | 'older' }
  | Fault
) & {
  /** Last row up to which all rows fit the key and each other; 0: none. */
  readonly soundTo: number
  /** Last row that the anchor vouches for. Null: none. */
  readonly anchoredTo: number | null
  /** The newest fault that the person has accepted; absent: none. */
  readonly accepted?: Acceptance
}

/** A place in the chain: a row, or the one that the oldest row follows. */
type Place = Pick<AuditHead, 'seq' | 'hash'>

const BEGINNING: Place = { seq: 0, hash: NO_HASH }

type Chain = {
  /** Place that the oldest row names as the one before it. Null: no row was read. */
  oldest: Place | null
  /** Place that the oldest row must follow: the newest checkpoint names it. */
  start: Place
  newest: Place
  fault: Fault | null
  /** An acceptance was passed: what the log began with is known no longer. */
  isResumed: boolean
}

/** The rows of a log. */
export type StoredChain = {
  /** Returns the rows from this number on, oldest first. */
  readonly rows: (from: number) => Iterable<StoredRow>
  /** Returns the rows that say that the person has accepted a fault, whoever wrote them, oldest first. */
  readonly acceptances: () => readonly StoredRow[]
  /** Tells whether the hash of a row is that of its text. */
  readonly fits: (row: StoredRow) => boolean
}

/**
 * Compares the rows with the key, with each other and with the anchor. A fault that the person has accepted ends
 * nothing: the check goes on at the row of the acceptance, and the report names it. Never throws. Null: no anchor.
 */
export function verifyChain(stored: StoredChain, anchor: AuditHead | null): AuditReport {
  const accepted = acceptancesIn(stored)
  const chain = followAll(stored, anchor, accepted)
  const fault = chain.fault ?? faultOfEnds(chain, anchor, accepted)
  const { oldest, newest } = chain
  const isReached = anchor !== null && anchor.seq >= (oldest?.seq ?? 0) && anchor.seq <= newest.seq
  const [last] = accepted.slice(-1)
  const extent = {
    soundTo: newest.seq,
    anchoredTo: isReached && fault?.kind !== 'rewritten' ? anchor.seq : null,
    ...(last && { accepted: last })
  }
  if (fault !== null) return { ...fault, ...extent }
  if (isReached) return { kind: 'ok', ...extent }
  return { kind: 'not-anchored', why: anchor === null ? 'no-anchor' : 'older', ...extent }
}

/** The acceptances that were written with the key, oldest first. Empty where they can’t be read. */
function acceptancesIn({ acceptances, fits }: StoredChain): readonly Acceptance[] {
  try {
    return acceptances()
      .filter(fits)
      .flatMap((row) => acceptanceFrom(row) ?? [])
  } catch {
    return []
  }
}

/** Follows the chain from the oldest row to the first fault that was not accepted. */
function followAll(stored: StoredChain, anchor: AuditHead | null, accepted: readonly Acceptance[]): Chain {
  let chain = follow(stored, anchor, 0)
  for (;;) {
    const { fault } = chain
    const isStray = fault?.kind === 'rewritten' && fault.seq === anchor?.seq
    const acceptance =
      fault === null || isStray
        ? undefined
        : accepted.find(({ from, seq }) => from === fault.seq && seq > from)
    if (acceptance === undefined) return chain
    chain = { ...follow(stored, anchor, acceptance.seq), isResumed: true }
  }
}

/** Follows the chain from this row on to the first fault. */
function follow(stored: StoredChain, anchor: AuditHead | null, from: number): Chain {
  const start = BEGINNING
  const chain: Chain = { oldest: null, start, newest: BEGINNING, fault: null, isResumed: false }
  const isStray = ({ seq, hash }: Place): boolean => seq === anchor?.seq && hash !== anchor.hash
  try {
    for (const row of stored.rows(from)) {
      const link = linkOf(row, { fits: stored.fits, before: chain.oldest && chain.newest })
      if (link.kind !== 'link') {
        const isOther = chain.oldest === null && hasNoFit(stored)
        return { ...chain, fault: isOther ? { kind: 'rewritten', seq: row.seq } : link }
      }
      chain.oldest ??= { seq: row.seq - 1, hash: link.previous }
      chain.newest = row
      const { kind, of, code } = link.row
      if (kind === 'checkpoint') chain.start = { seq: of ?? 0, hash: code ?? NO_HASH }
      const stray = [chain.oldest, row].find(isStray)
      if (stray) return { ...chain, fault: { kind: 'rewritten', seq: stray.seq } }
    }
    return chain
  } catch {
    return { ...chain, fault: { kind: 'unreadable', seq: chain.newest.seq + 1 } }
  }
}

type Link = { readonly kind: 'link'; readonly row: AuditRow; readonly previous: string }

/** Checks one row against the key and the row before it. Null: it is the oldest. */
function linkOf(
  stored: StoredRow,
  { fits, before }: Pick<StoredChain, 'fits'> & { readonly before: Place | null }
): Link | Fault {
  const { seq } = stored
  if (before !== null && seq > before.seq + 1) return { kind: 'removed', seq: before.seq + 1, to: seq - 1 }
  if (!fits(stored)) return { kind: 'changed', seq }
  const found = auditRowFrom(stored.text)
  if (found === null) return { kind: 'unreadable', seq }
  // A row that was written with the key and stands in another place.
  const isElsewhere = found.row.seq !== seq || (before !== null && found.previous !== before.hash)
  return isElsewhere ? { kind: 'changed', seq } : { kind: 'link', ...found }
}

function hasNoFit({ rows, fits }: StoredChain): boolean {
  for (const row of rows(0)) if (fits(row)) return false
  return true
}

/** Checks the newest row against the anchor, and the oldest one against the newest checkpoint. */
function faultOfEnds(
  { oldest, start, newest, isResumed }: Chain,
  anchor: AuditHead | null,
  accepted: readonly Acceptance[]
): Fault | null {
  if (anchor !== null && newest.seq < anchor.seq) return { kind: 'cut', seq: newest.seq + 1, to: anchor.seq }
  if (isResumed || oldest === null || (oldest.seq === start.seq && oldest.hash === start.hash)) return null
  const fault: Fault =
    oldest.seq > start.seq
      ? { kind: 'removed', seq: start.seq + 1, to: oldest.seq }
      : { kind: 'changed', seq: oldest.seq + 1 }
  return accepted.some(({ from }) => from === fault.seq) ? null : fault
}
