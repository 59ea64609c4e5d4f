import { VaultError } from '#shared/problem.ts'
import type { Credential, KeptSecret, OAuthGrant } from '../credential-record.ts'
import { secretOf } from '../catalog-entry.ts'
import { SECOND, isExpired, isFresh, isRefreshOpen, keepAliveDue } from './lifetime.ts'
import type { Secret } from '../secret.ts'
import { keyExpired, scopeMissing, signInExpired } from './token-problem.ts'

/**
 * Shortest time between two refreshes, so that a token that is used up on arrival (`expires_in: 0`) or that
 * an API refuses at once causes no loop.
 */
const SHORTEST_ROUND = 30 * SECOND

export type TokenNeed = {
  /** Scope that must be granted; checked for sign-ins, and for tokens that a program handed in with their scopes. */
  readonly scope?: string
  /** Access token that an API has just answered with 401; it is refreshed if it is still the current one. */
  readonly rejected?: Secret
}

/**
 * Returns the token that can be handed out now. Null: a refresh is needed. Throws SCOPE_MISSING, and
 * SIGN_IN_REQUIRED for an expired credential that cannot be refreshed.
 */
export function readyToken(held: Credential, need: TokenNeed, now: Date): Secret | null {
  if (held.kind !== 'oauth') return keptInUse(held, need, now)
  requireScope(held, need)
  const { accessToken, refreshToken, expiry } = held.tokens
  const isRejected = need.rejected?.equals(accessToken) === true
  if (wasRefreshedJustNow(held, now) || (!isRejected && isFresh(held.tokens, now))) return accessToken
  if (refreshToken !== null) return null
  if (isRejected || isExpired(expiry, now)) throw signInExpired(held.ref)
  return accessToken
}

/**
 * True if the old token may be handed out although its refresh failed with `error`: until its expiry it still
 * works, even while the provider is out of reach.
 */
export function isStillGood(held: OAuthGrant, need: TokenNeed, error: unknown, now: Date): boolean {
  if (!(error instanceof VaultError) || error.remedy === 'sign-in') return false
  if (need.rejected?.equals(held.tokens.accessToken) === true) return false
  return held.tokens.expiry.kind === 'at' && !isExpired(held.tokens.expiry, now)
}

/**
 * True if a grant may be refreshed in the background: the expiry of its token or the provider's idle limit is
 * near.
 */
export function isInTime(held: OAuthGrant, now: Date): boolean {
  const idle = keepAliveDue({ ...held, ...held.tokens, renewable: held.tokens.refreshToken !== null })
  return isRefreshOpen(held.tokens, now) || (idle !== null && idle <= now.getTime())
}

/** Throws SCOPE_MISSING if the needed scope was not granted. */
export function requireScope(grant: OAuthGrant, need: TokenNeed): void {
  if (need.scope !== undefined && !grant.scopesGranted.includes(need.scope)) {
    throw scopeMissing(grant, need.scope)
  }
}

function keptInUse(kept: KeptSecret, { scope }: TokenNeed, now: Date): Secret {
  if (kept.kind === 'api-key' && kept.scopes !== undefined && scope !== undefined) {
    if (!kept.scopes.includes(scope))
      throw scopeMissing({ ref: kept.ref, scopesRequested: kept.scopes }, scope)
  }
  if (kept.kind === 'mcp' && isExpired(kept.expiry, now)) throw signInExpired(kept.ref)
  const isKey = kept.kind === 'api-key' || kept.kind === 'aws'
  if (isKey && isExpired(kept.expiry, now)) throw keyExpired(kept.ref)
  return secretOf(kept)
}

function wasRefreshedJustNow(held: OAuthGrant, now: Date): boolean {
  return held.refreshedAt !== null && Math.abs(now.getTime() - held.refreshedAt.getTime()) < SHORTEST_ROUND
}

/** True if both grants have the same refresh token, or both have none. */
export function sameRefreshToken(one: OAuthGrant, other: OAuthGrant): boolean {
  const [a, b] = [one.tokens.refreshToken, other.tokens.refreshToken]
  return a === null || b === null ? a === b : a.equals(b)
}
