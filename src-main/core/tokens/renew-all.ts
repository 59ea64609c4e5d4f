import type { CredentialRef } from '#shared/credential.ts'
import type { CatalogEntry } from '../credential-record.ts'

/** Renews what can be renewed and is not waiting for a sign-in, and counts the ends. Never throws for a single one. */
export async function renewAll(
  entries: readonly CatalogEntry[],
  refresh: (ref: CredentialRef) => Promise<void>
): Promise<{ refreshed: number; failed: number }> {
  const due = entries.filter((entry) => entry.renewable && entry.health.kind !== 'needs-sign-in')
  const results = await Promise.allSettled(due.map((entry) => refresh(entry.ref)))
  const refreshed = results.filter((result) => result.status === 'fulfilled').length
  return { refreshed, failed: results.length - refreshed }
}
