import type { CatalogEntry, Credential, CredentialHealth } from '../credential-record.ts'

const OK: CredentialHealth = { kind: 'ok' }

/** Returns the scopes that a server wants beyond the granted ones. Empty: none known. */
export function lackingScopes({ health, scopesGranted }: CatalogEntry): readonly string[] {
  return lacksIn(health).filter((scope) => !scopesGranted.includes(scope))
}

/**
 * Returns the health of a credential that was just saved. A refresh brings no scopes, so the lacking ones
 * stay; a new sign-in clears them, because the person has decided.
 */
export function healthOnceStored(credential: Credential, former: CatalogEntry | null): CredentialHealth {
  const isRenewal = former?.obtainedAt.getTime() === credential.obtainedAt.getTime()
  return isRenewal ? withLacks(OK, former?.health) : OK
}

/**
 * Returns `health` with the lacking scopes of `former`; they stay the same whether refreshes work or fail.
 */
export function withLacks(health: CredentialHealth, former: CredentialHealth | undefined): CredentialHealth {
  const lacks = former === undefined ? [] : lacksIn(former)
  return lacks.length > 0 && health.kind !== 'unreadable' ? { ...health, lacks } : health
}

function lacksIn(health: CredentialHealth): readonly string[] {
  return health.kind === 'unreadable' ? [] : (health.lacks ?? [])
}

/** Returns the health after a test at a server. Null: as before; a failing refresh stays as it is. */
export function healthAfterCheck(entry: CatalogEntry, lacks: readonly string[]): CredentialHealth | null {
  if (entry.health.kind !== 'ok') return null
  if (lacks.length > 0) return { kind: 'ok', lacks: [...lacks] }
  return entry.health.lacks === undefined ? null : OK
}
