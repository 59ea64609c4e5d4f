import { VaultError } from '#shared/problem.ts'
import type { Credential, KeptSecret, OAuthGrant } from '../credential-record.ts'
import { secretOf } from '../kept-secret.ts'
import { SECOND, isExpired, isFresh, isRenewalOpen, keepAliveDue } from './lifetime.ts'
import type { Secret } from '../secret.ts'
import { keyExpired, scopeMissing, signInExpired } from './token-problem.ts'

/** A token that is used up on arrival (`expires_in: 0`), or that an API refuses at once, is not renewed in a circle. */
const SHORTEST_ROUND = 30 * SECOND

export type TokenNeed = {
  /** Must be among the granted scopes; checked for sign-ins alone. */
  readonly scope?: string
  /** The access token an API has just answered 401 to: if it is still the current one, it is renewed. */
  readonly rejected?: Secret
}

/**
 * The token to hand out as things are; null: only a renewal can bring one. Throws SCOPE_MISSING, and
 * SIGN_IN_REQUIRED for what has ended and can not be renewed.
 */
export function readyToken(held: Credential, need: TokenNeed, now: Date): Secret | null {
  if (held.kind !== 'oauth') return keptInUse(held, now)
  requireScope(held, need)
  const { accessToken, refreshToken, expiry } = held.tokens
  const isRejected = need.rejected?.equals(accessToken) === true
  if (wasRenewedJustNow(held, now) || (!isRejected && isFresh(held.tokens, now))) return accessToken
  if (refreshToken !== null) return null
  if (isRejected || isExpired(expiry, now)) throw signInExpired(held.ref)
  return accessToken
}

/**
 * Whether the old token may be handed out although its renewal failed with `error`: inside the margin it still
 * works, and a provider out of reach is no reason to keep it back.
 */
export function isStillGood(held: OAuthGrant, need: TokenNeed, error: unknown, now: Date): boolean {
  if (!(error instanceof VaultError) || error.remedy === 'sign-in') return false
  if (need.rejected?.equals(held.tokens.accessToken) === true) return false
  return held.tokens.expiry.kind === 'at' && !isExpired(held.tokens.expiry, now)
}

/** Whether a grant may be renewed in the background: its token nears its end, or its provider's limit for idle ones does. */
export function isInTime(held: OAuthGrant, now: Date): boolean {
  const idle = keepAliveDue({ ...held, ...held.tokens, renewable: held.tokens.refreshToken !== null })
  return isRenewalOpen(held.tokens, now) || (idle !== null && idle <= now.getTime())
}

/** Throws SCOPE_MISSING. */
export function requireScope(grant: OAuthGrant, need: TokenNeed): void {
  if (need.scope !== undefined && !grant.scopesGranted.includes(need.scope)) {
    throw scopeMissing(grant, need.scope)
  }
}

function keptInUse(kept: KeptSecret, now: Date): Secret {
  if (kept.kind === 'mcp' && isExpired(kept.expiry, now)) throw signInExpired(kept.ref)
  if (kept.kind === 'api-key' && isExpired(kept.expiry, now)) throw keyExpired(kept.ref)
  return secretOf(kept)
}

function wasRenewedJustNow(held: OAuthGrant, now: Date): boolean {
  return held.refreshedAt !== null && Math.abs(now.getTime() - held.refreshedAt.getTime()) < SHORTEST_ROUND
}

/** Two grants that would spend the same refresh token, or none. */
export function sameRefreshToken(one: OAuthGrant, other: OAuthGrant): boolean {
  const [a, b] = [one.tokens.refreshToken, other.tokens.refreshToken]
  return a === null || b === null ? a === b : a.equals(b)
}
