import type { CatalogEntry, Credential, CredentialHealth } from '../credential-record.ts'

const OK: CredentialHealth = { kind: 'ok' }

/** Scopes that a server said it wants beside those that were granted; empty: none that is known of. */
export function lackingScopes({ health, scopesGranted }: CatalogEntry): readonly string[] {
  return lacksIn(health).filter((scope) => !scopesGranted.includes(scope))
}

/**
 * The health of a credential that was stored just now. A renewal brings no scopes, so what was lacking still is; a new
 * sign-in is the person's word on it.
 */
export function healthOnceStored(credential: Credential, former: CatalogEntry | null): CredentialHealth {
  const isRenewal = former?.obtainedAt.getTime() === credential.obtainedAt.getTime()
  return isRenewal ? withLacks(OK, former?.health) : OK
}

/** What is known to be lacking is so whether or not renewals work. */
export function withLacks(health: CredentialHealth, former: CredentialHealth | undefined): CredentialHealth {
  const lacks = former === undefined ? [] : lacksIn(former)
  return lacks.length > 0 && health.kind !== 'unreadable' ? { ...health, lacks } : health
}

function lacksIn(health: CredentialHealth): readonly string[] {
  return health.kind === 'unreadable' ? [] : (health.lacks ?? [])
}

/** The health after a server was asked; null: as before. What is wrong with the renewals of a grant is another matter. */
export function healthAfterCheck(entry: CatalogEntry, lacks: readonly string[]): CredentialHealth | null {
  if (entry.health.kind !== 'ok') return null
  if (lacks.length > 0) return { kind: 'ok', lacks: [...lacks] }
  return entry.health.lacks === undefined ? null : OK
}
