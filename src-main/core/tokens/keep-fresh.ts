import type { ServiceId } from '#shared/credential.ts'
import type { CatalogEntry } from '../credential-record.ts'

/** What a person chose for a service; a service that is not in it has its default. */
export type FreshChoices = Readonly<Record<ServiceId, boolean>>

/**
 * Whether a sign-in is renewed in the background although nobody uses it. By default not at a provider that replaces
 * the refresh token with every use: each rotation is one more that can be lost, and the next use renews it anyway.
 */
export function isKeptFresh({ ref, provider }: CatalogEntry, choices: FreshChoices): boolean {
  const chosen = Object.hasOwn(choices, ref.service) ? choices[ref.service] : undefined
  return chosen ?? provider?.refresh.rotates !== true
}

/** Used since its tokens were got: then it is renewed before its end, so that the next use need not wait. */
export function isInUse({ lastUsedAt, refreshedAt, obtainedAt }: CatalogEntry): boolean {
  return lastUsedAt !== null && lastUsedAt >= (refreshedAt ?? obtainedAt)
}
