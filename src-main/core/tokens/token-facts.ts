import type { CatalogEntry } from '../credential-record.ts'
import { isExpired } from './lifetime.ts'

/** What may be known without opening the keychain. Holds no token. */
export type TokenMetadata = {
  readonly expiresAt: Date | null
  readonly scopes: readonly string[]
  readonly createdAt: Date
  readonly hasRefreshToken: boolean
}

export function metadataOf(entry: CatalogEntry): TokenMetadata {
  return {
    expiresAt: entry.expiry.kind === 'at' ? entry.expiry.at : null,
    scopes: entry.scopesGranted,
    createdAt: entry.obtainedAt,
    hasRefreshToken: entry.renewable
  }
}

/** True if a token can be had without a sign-in, as far as is known without asking anybody. */
export function isUsable(entry: CatalogEntry, now: Date): boolean {
  if (entry.health.kind === 'needs-sign-in' || entry.health.kind === 'unreadable') return false
  return entry.renewable || !isExpired(entry.expiry, now)
}
