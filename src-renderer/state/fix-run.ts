import type { CredentialSummary } from '#shared/credential.ts'
import { CredentialOrder } from '#shared/list-order.ts'
import { statusTable } from '#shared/status.ts'
import { fixOf } from '../status/fix.ts'

/** Entries that are repaired one after the other. */
export type FixRun = {
  readonly ids: readonly string[]
  /** Index of the entry that is shown; the number of entries: the run has ended. */
  readonly at: number
}

const order = new CredentialOrder()

/** The entries that need the person and that something here can repair, the worst first. */
export function fixable(credentials: Iterable<CredentialSummary>): readonly CredentialSummary[] {
  return order.sorted([...credentials].filter(isFixable), 'attention')
}

/** How many there are, without sorting them. */
export function countFixable(credentials: Iterable<CredentialSummary>): number {
  let count = 0
  for (const credential of credentials) if (isFixable(credential)) count += 1
  return count
}

function isFixable(credential: CredentialSummary): boolean {
  return needsPerson(credential) && fixOf(credential) !== null
}

/** True while an entry of a run has to be shown: it is there, and neither works nor is being refreshed. */
export function isToFix(credential: CredentialSummary | undefined): boolean {
  return credential !== undefined && needsPerson(credential)
}

/** Goes on to another entry, and to the end after the last one. */
export function moved({ ids, at }: FixRun, step: 1 | -1): FixRun {
  return { ids, at: Math.min(Math.max(at + step, 0), ids.length) }
}

function needsPerson({ status }: CredentialSummary): boolean {
  return statusTable[status.kind].needsAttention
}
