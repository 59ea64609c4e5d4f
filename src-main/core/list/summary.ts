import {
  type CredentialStatus,
  type CredentialSummary,
  credentialKey,
  type Expiry,
  type RotationState
} from '#shared/credential.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { CatalogEntry, ExchangeState, Lifetime } from '../credential-record.ts'
import { canDoWithoutSecret, chooseSurface } from '../provider.ts'
import { isInUse, idleEnd, lifeEnd, refreshDue, warningBeforeEnd } from '../tokens/lifetime.ts'
import { lackingScopes } from '../catalog-entry.ts'

const DAY = 86_400_000
const WARN_BEFORE = 7 * DAY
/** Time before the provider's limit for an unused sign-in at which the person is warned. */
const WARN_IDLE = 7 * DAY
/** Time before an end that no use puts off at which the person is warned: only the person can act then. */
const WARN_LIFE = 14 * DAY

type Moment = {
  readonly now: Date
  /** Start of a refresh that is under way; null: none. */
  readonly refreshingSince: Date | null
  /** The store waits for its passphrase, so no credential in it can be used or refreshed. */
  readonly isLocked?: boolean
  /** True if it is refreshed in the background even while it is unused; default: true. */
  readonly isKeptFresh?: boolean
  /** The provider's page opens in the browser instead of the window; default: no. */
  readonly isWindowOut?: boolean
}

/**
 * Returns the masked view of one catalog entry at one moment, field by field: a field that is not named here
 * stays inside.
 */
export function toSummary(entry: CatalogEntry, moment: Moment): CredentialSummary {
  const isFresh = moment.isKeptFresh ?? true
  const next = nextRefresh(entry, isFresh)
  const isPassword = entry.provider?.endpoints.kind === 'gotrue'
  return {
    id: credentialKey(entry.ref),
    service: entry.ref.service,
    account: cleanText(entry.ref.account, '?'),
    name: cleanText(entry.name, '?'),
    kind: entry.kind,
    status: statusOf(entry, moment),
    expiry: toExpiry(entry.expiry),
    renewable: entry.renewable,
    scopes: [...entry.scopesGranted],
    missingScopes: missingScopes(entry),
    extraScopes: extraScopes(entry),
    issuer:
      entry.provider?.endpoints.issuer ?? (entry.allowedHosts[0] ? `https://${entry.allowedHosts[0]}` : null),
    ...(isPassword ? { clientId: null, signsInBy: 'password' } : { clientId: entry.clientId }),
    ...signInPlace(entry, moment),
    allowedHosts: [...entry.allowedHosts],
    masked: entry.masked,
    backend: entry.backend,
    obtainedAt: entry.obtainedAt.toISOString(),
    refreshedAt: iso(entry.refreshedAt),
    nextRefreshAt: iso(next),
    keptFresh: entry.renewable ? isFresh : null,
    useBefore: iso(useBefore(entry)),
    signInBefore: iso(lifeEnd(entry)),
    issuedAt: entry.issuedAt.toISOString(),
    lastUsedAt: iso(entry.lastUsedAt),
    rotation: toRotation(entry.rotation),
    labels: entry.labels ?? null
  }
}

/**
 * Returns the resource of a sign-in and the surface of a repeated one; empty for entries without a sign-in
 * page.
 */
function signInPlace(
  { provider }: CatalogEntry,
  { isWindowOut = false }: Moment
): Pick<CredentialSummary, 'resource' | 'surface'> {
  if (provider === null || provider.endpoints.kind === 'gotrue') return {}
  const { resource, clientAuth } = provider
  const depends = clientAuth !== 'none' && canDoWithoutSecret(provider)
  const wishes = { alwaysUseBrowser: isWindowOut, hasFailedEmbedded: false }
  return {
    ...(resource !== null && { resource }),
    surface: depends ? 'depends' : chooseSurface(provider, wishes)
  }
}

/** Pure: the status by the entry's health first, then by the clock. */
export function statusOf(
  entry: CatalogEntry,
  { now, refreshingSince, isLocked = false }: Moment
): CredentialStatus {
  if (refreshingSince !== null) return { kind: 'refreshing', since: refreshingSince.toISOString() }
  const { health } = entry
  switch (health.kind) {
    case 'needs-sign-in':
      return { kind: 'needs-sign-in', code: health.code, since: health.since.toISOString() }
    case 'unreadable':
      return { kind: 'unreadable', code: health.code }
    case 'refresh-failing':
      if (isLocked) return { kind: 'locked' }
      return { kind: 'refresh-failing', code: health.code, nextTryAt: iso(health.nextTryAt) }
    case 'ok':
      if (lackingScopes(entry).length > 0)
        return { kind: 'needs-sign-in', code: 'SCOPE_MISSING', since: null }
      return byClock(entry, now, isLocked)
  }
}

/** Returns when the status changes by time alone: start of "expires soon", then expiry. Null: never. */
export function nextStatusChange(entry: CatalogEntry, now: Date): Date | null {
  if (entry.health.kind !== 'ok') return null
  const turns = [...grantWarnings(entry), ...expiryTurns(entry)].filter((time) => time > now.getTime())
  return turns.length === 0 ? null : new Date(Math.min(...turns))
}

/** Returns when an entry that can not refresh expires soon, and when it has expired. */
function expiryTurns(entry: CatalogEntry): number[] {
  if (entry.renewable || entry.expiry.kind !== 'at') return []
  const expiry = entry.expiry.at.getTime()
  return [expiry - warningTime(entry, expiry), expiry]
}

/**
 * Returns the idle end. Null: the provider has no idle end, or the grant ends earlier in any case.
 */
function useBefore(entry: CatalogEntry): Date | null {
  const [idle, life] = [idleEnd(entry), lifeEnd(entry)]
  return idle !== null && life !== null && life <= idle ? null : idle
}

/** Returns the times at which a person is warned that the provider will end a grant, one for each limit. */
function grantWarnings(entry: CatalogEntry): number[] {
  const [idle, life] = [useBefore(entry), lifeEnd(entry)]
  return [
    ...(idle === null ? [] : [idle.getTime() - warningBeforeEnd(entry, WARN_IDLE)]),
    ...(life === null ? [] : [life.getTime() - warningBeforeEnd(entry, WARN_LIFE)])
  ]
}

/**
 * Returns the status by the clock. An expired entry that cannot refresh is "expired" also while the store is
 * locked. A grant that can refresh is "expiring" only if its provider ends it by an idle or age limit: else
 * the next use or the scheduler refreshes it.
 */
function byClock(entry: CatalogEntry, now: Date, isLocked: boolean): CredentialStatus {
  const isEnding = !isLocked && grantWarnings(entry).some((warning) => warning <= now.getTime())
  if (isEnding) return { kind: 'expiring' }
  if (entry.expiry.kind !== 'at' || entry.renewable) return { kind: isLocked ? 'locked' : 'valid' }
  const expiry = entry.expiry.at.getTime()
  if (expiry <= now.getTime()) return { kind: 'expired' }
  if (isLocked) return { kind: 'locked' }
  return { kind: expiry - now.getTime() <= warningTime(entry, expiry) ? 'expiring' : 'valid' }
}

/**
 * Returns how long before its expiry an entry without refresh "expires soon", in ms: a week, or the last
 * tenth of its life if that is longer. For a life of at most a week it is the last tenth; else an hour-long
 * token would start as expiring.
 */
function warningTime(entry: CatalogEntry, expiry: number): number {
  const life = expiry - entry.issuedAt.getTime()
  return life <= WARN_BEFORE ? life / 10 : Math.max(WARN_BEFORE, life / 10)
}

function nextRefresh(entry: CatalogEntry, isFresh: boolean): Date | null {
  if (!entry.renewable) return null
  if (entry.health.kind === 'refresh-failing') return entry.health.nextTryAt
  return entry.health.kind === 'ok' && (isFresh || isInUse(entry)) ? refreshDue(entry) : null
}

/** Returns the scopes that were requested or that a server wants and that were not granted. */
function missingScopes(entry: CatalogEntry): string[] {
  const wanted = new Set([...entry.scopesRequested, ...lackingScopes(entry)])
  return without([...wanted], entry.scopesGranted)
}

/**
 * Returns the granted scopes that were not requested. Without requested scopes the provider has chosen, and
 * none is extra.
 */
function extraScopes({ scopesRequested, scopesGranted }: CatalogEntry): string[] {
  return scopesRequested.length === 0 ? [] : without(scopesGranted, scopesRequested)
}

function without(scopes: readonly string[], others: readonly string[]): string[] {
  return scopes.filter((scope) => !others.includes(scope))
}

function toExpiry(expiry: Lifetime): Expiry {
  return expiry.kind === 'at' ? { kind: 'at', at: expiry.at.toISOString() } : expiry
}

function toRotation(exchange: ExchangeState | null): RotationState | null {
  if (exchange === null) return null
  const since = exchange.since.toISOString()
  return exchange.kind === 'prepared'
    ? { kind: 'prepared', since, masked: exchange.masked }
    : { kind: 'switched', since, undoUntil: exchange.undoUntil.toISOString() }
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null
