import type { ServiceId } from '#shared/credential.ts'
import type { CatalogEntry } from '../credential-record.ts'

/** The person's choices by service; a service without a choice has its default. */
export type FreshChoices = Readonly<Record<ServiceId, boolean>>

/**
 * True if a sign-in is refreshed in the background even while it is unused. Default: false at a provider that
 * replaces the refresh token at every use, because each rotation can be lost and the next use refreshes it
 * anyway.
 */
export function isKeptFresh({ ref, provider }: CatalogEntry, choices: FreshChoices): boolean {
  const chosen = Object.hasOwn(choices, ref.service) ? choices[ref.service] : undefined
  return chosen ?? provider?.refresh.rotates !== true
}

/**
 * True if the credential was used since it got its tokens: then it is refreshed before its expiry, so that
 * the next use does not wait.
 */
export function isInUse({ lastUsedAt, refreshedAt, obtainedAt }: CatalogEntry): boolean {
  return lastUsedAt !== null && lastUsedAt >= (refreshedAt ?? obtainedAt)
}
