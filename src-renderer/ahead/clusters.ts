import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import { type Coming, comingOf, dayOf } from '../status/coming.ts'
import { DAY } from '../time/time-text.ts'

/** What happens to some entries on one day. */
export type Cluster = {
  readonly kind: Coming['kind']
  /** The day where the person is, such as 2026-12-01. */
  readonly day: string
  /** The earliest time, in milliseconds since 1970. */
  readonly at: number
  readonly names: readonly string[]
}

/** What comes within so many days, by day and kind, the earliest first. */
export function clusters(
  credentials: Iterable<CredentialSummary>,
  { now, days }: { readonly now: number; readonly days: number }
): readonly Cluster[] {
  const found = new Map<string, Cluster>()
  for (const credential of credentials) {
    for (const { kind, at } of comingOf(credential)) {
      if (at < now || at >= now + days * DAY) continue
      const day = dayOf(at)
      const known = found.get(`${day} ${kind}`)
      const names = [...(known?.names ?? []), titleOf(credential)]
      found.set(`${day} ${kind}`, { kind, day, at: Math.min(at, known?.at ?? at), names })
    }
  }
  return [...found.values()].toSorted((a, b) => a.day.localeCompare(b.day) || rank(a) - rank(b))
}

/** Ends need the person and come before what Latchkey does. */
function rank({ kind }: Cluster): number {
  return kind === 'renews' ? 1 : 0
}
