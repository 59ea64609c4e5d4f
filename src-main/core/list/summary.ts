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
import { isInUse } from '../tokens/keep-fresh.ts'
import { lackingScopes } from '../tokens/lacking-scopes.ts'
import { idleEnd, lifeEnd, renewalDue, warningBeforeEnd } from '../tokens/lifetime.ts'

const DAY = 86_400_000
const WARN_BEFORE = 7 * DAY
/** How long before the provider's limit for a sign-in that nobody uses a person is told. */
const WARN_IDLE = 7 * DAY
/** The same before the end that no use puts off: only a person can do something then. */
const WARN_LIFE = 14 * DAY

type Moment = {
  readonly now: Date
  /** Start of a refresh that is under way; null: none. */
  readonly refreshingSince: Date | null
  /** The store waits for its passphrase, so nothing in it can be used or renewed. */
  readonly isLocked?: boolean
  /** Renewed in the background although nobody uses it; default: yes. */
  readonly isKeptFresh?: boolean
  /** The provider's page opens in the browser instead of the window; default: no. */
  readonly isWindowOut?: boolean
}

/** The masked view of one catalog entry at one moment, field by field: what is not named here does not leave. */
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
    rotation: toRotation(entry.rotation)
  }
}

/** Where a sign-in was made for, and where making it again leads; nothing for what nobody signs in to. */
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

/** Pure: the catalog's word on the entry, then the clock's. */
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

/** When the status changes by the passing of time alone: start of "expires soon", then expiry; null: never. */
export function nextStatusChange(entry: CatalogEntry, now: Date): Date | null {
  if (entry.health.kind !== 'ok') return null
  const warnings = grantWarnings(entry)
  if (warnings.length > 0) return later(Math.min(...warnings), now)
  if (entry.renewable || entry.expiry.kind !== 'at') return null
  const expiry = entry.expiry.at.getTime()
  const turn = [expiry - warningTime(entry, expiry), expiry].find((time) => time > now.getTime())
  return turn === undefined ? null : new Date(turn)
}

/** Using a grant is no help where it ends before then anyway. */
function useBefore(entry: CatalogEntry): Date | null {
  const [idle, life] = [idleEnd(entry), lifeEnd(entry)]
  return idle !== null && life !== null && life <= idle ? null : idle
}

/** When a person is told that the provider is about to end a grant, by each of its limits. */
function grantWarnings(entry: CatalogEntry): number[] {
  const [idle, life] = [useBefore(entry), lifeEnd(entry)]
  return [
    ...(idle === null ? [] : [idle.getTime() - warningBeforeEnd(entry, WARN_IDLE)]),
    ...(life === null ? [] : [life.getTime() - warningBeforeEnd(entry, WARN_LIFE)])
  ]
}

function later(time: number, now: Date): Date | null {
  return time > now.getTime() ? new Date(time) : null
}

/**
 * What has expired for good has so behind a lock, too. A grant that can refresh is "expiring" only where its provider
 * ends what nobody uses or what is too old: else the next use or the scheduler renews it.
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
 * How long before its end something non-renewable "expires soon": a week, or the last tenth of its life if that is
 * longer; for what lives no longer than a week, the last tenth, else an hour-long token would be born expiring.
 */
function warningTime(entry: CatalogEntry, expiry: number): number {
  const life = expiry - entry.issuedAt.getTime()
  return life <= WARN_BEFORE ? life / 10 : Math.max(WARN_BEFORE, life / 10)
}

function nextRefresh(entry: CatalogEntry, isFresh: boolean): Date | null {
  if (!entry.renewable) return null
  if (entry.health.kind === 'refresh-failing') return entry.health.nextTryAt
  return entry.health.kind === 'ok' && (isFresh || isInUse(entry)) ? renewalDue(entry) : null
}

/** What was asked for and what a server wants, as far as it was not granted. */
function missingScopes(entry: CatalogEntry): string[] {
  const wanted = new Set([...entry.scopesRequested, ...lackingScopes(entry)])
  return without([...wanted], entry.scopesGranted)
}

/** Where nothing was asked for by name, the provider has chosen, and nothing is more than was asked for. */
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
