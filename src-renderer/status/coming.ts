import type { CredentialSummary } from '#shared/credential.ts'
import { statusTable } from '#shared/status.ts'
import type { ComingKind } from '../text/ahead-text.ts'

/** Something that happens to a credential at a known time. `at`: milliseconds since 1970. */
export type Coming = {
  readonly kind: ComingKind
  readonly at: number
}

/** A changed credential is a new object. */
const known = new WeakMap<CredentialSummary, readonly Coming[]>()

/** What time alone brings to a credential, the next first; nothing for what waits for the person. */
export function comingOf(credential: CredentialSummary): readonly Coming[] {
  const before = known.get(credential)
  if (before !== undefined) return before
  const coming = comingNow(credential)
  known.set(credential, coming)
  return coming
}

function comingNow(credential: CredentialSummary): readonly Coming[] {
  const { expiry, nextRefreshAt, renewable, signInBefore, status, useBefore } = credential
  if (statusTable[status.kind].needsAttention) return []
  const end = expiry.kind === 'at' && !renewable ? expiry.at : null
  return [
    ...comesAt('renews', renewable ? nextRefreshAt : null),
    ...comesAt('expires', end),
    ...comesAt('use-by', useBefore),
    ...comesAt('sign-in-by', signInBefore)
  ].toSorted((a, b) => a.at - b.at)
}

function comesAt(kind: Coming['kind'], instant: string | null): Coming[] {
  return instant === null ? [] : [{ kind, at: Date.parse(instant) }]
}

/** The day of a time where the person is, such as 2026-12-01. */
export function dayOf(at: number): string {
  const day = new Date(at)
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
