import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import { type Coming, comingOf } from '../status/coming.ts'
import { DAY } from '../time/time-text.ts'

/** A credential with what comes in the time that is shown, the next first. */
export type TimelineRow = { readonly credential: CredentialSummary; readonly coming: readonly Coming[] }

export const spans = [7, 30, 90] as const
export type Span = (typeof spans)[number]

export type TimelineOptions = {
  readonly now: number
  /** Days that are shown. */
  readonly span: Span
  /** False leaves out what Latchkey does on its own. */
  readonly withRefreshes: boolean
}

/** The rows of the picture: what needs the person first, each sort by its time. */
export function timelineRows(
  credentials: Iterable<CredentialSummary>,
  { now, span, withRefreshes }: TimelineOptions
): readonly TimelineRow[] {
  const isShown = ({ at, kind }: Coming): boolean =>
    at >= now && at <= now + span * DAY && (withRefreshes || kind !== 'renews')
  return [...credentials]
    .map((credential) => ({ credential, coming: comingOf(credential).filter(isShown) }))
    .filter(({ coming }) => coming.length > 0)
    .toSorted((a, b) => rank(a) - rank(b) || byName(a, b))
}

/** The time of the first end; refreshes come after all ends. */
function rank({ coming }: TimelineRow): number {
  const end = coming.find(({ kind }) => kind !== 'renews')
  return end === undefined ? Number.MAX_SAFE_INTEGER / 2 + (coming[0]?.at ?? 0) : end.at
}

function byName({ credential: one }: TimelineRow, { credential: other }: TimelineRow): number {
  return titleOf(one).localeCompare(titleOf(other))
}

/** Where a time is in the picture, in percent of its width. */
export function placeOf(at: number, { now, span }: Pick<TimelineOptions, 'now' | 'span'>): number {
  return Math.min(100, Math.max(0, ((at - now) / (span * DAY)) * 100))
}

/** The midnights that get a line: each day, each week or each month, as the span allows. */
export function marksOf({ now, span }: Pick<TimelineOptions, 'now' | 'span'>): readonly number[] {
  const step = { 7: 1, 30: 5, 90: 15 }[span]
  const midnight = (days: number): number => {
    const day = new Date(now)
    return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime()
  }
  return Array.from({ length: Math.floor(span / step) }, (_, index) => midnight((index + 1) * step)).filter(
    // A text at the edge would have no room.
    (at) => at < now + span * DAY * 0.95
  )
}
