import type { ServiceId } from '#shared/credential.ts'
import type { CatalogEntry, CredentialHealth, Lifetime, RefreshEnd, TokenSet } from '../credential-record.ts'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const SKEW_TOLERATED = 5 * MINUTE
const FIRST_DELAY = SECOND
const LONGEST_DELAY = 5 * MINUTE
export const LONGEST_RETRY_AFTER = 60 * MINUTE
/** Period over which refreshes that came due during a sleep are spread. */
export const SPREAD = 10 * SECOND

type Dated = { readonly expiry: Lifetime; readonly issuedAt: Date }

/**
 * Returns how long before its expiry a token counts as used up, in ms: 10 % of its life, at least one minute,
 * at most five, and never more than half of it. Covers a clock that differs from the provider's and the time
 * that a request takes.
 */
export function refreshMargin(lifeMs: number): number {
  const tenth = Math.min(lifeMs / 10, 5 * MINUTE)
  return Math.max(0, Math.min(Math.max(MINUTE, tenth), lifeMs / 2))
}

/**
 * Returns the window for a refresh: from `opens` on a refresh in the background is allowed, from `closes` on
 * the token counts as used up. Null: the expiry is unknown or never.
 */
export function refreshWindow(token: Dated): { readonly opens: Date; readonly closes: Date } | null {
  if (token.expiry.kind !== 'at') return null
  const end = token.expiry.at.getTime()
  const margin = refreshMargin(end - token.issuedAt.getTime())
  return { opens: new Date(end - 1.5 * margin), closes: new Date(end - margin) }
}

/**
 * Returns a random time inside the window, in ms. Late tokens (many after a sleep) are spread over the next
 * seconds.
 */
export function drawnIn(
  window: { readonly opens: Date; readonly closes: Date },
  now: number,
  random: number
) {
  const [opens, closes] = [window.opens.getTime(), window.closes.getTime()]
  return now >= closes ? now + random * SPREAD : opens + random * (closes - opens)
}

/** Returns the latest time for a refresh. Null: the expiry is unknown or never. */
export function refreshDue(token: Dated): Date | null {
  return refreshWindow(token)?.closes ?? null
}

type Renewing = Pick<
  CatalogEntry,
  'renewable' | 'provider' | 'refreshedAt' | 'obtainedAt' | 'refreshEnd' | 'issuedAt'
>

/**
 * Returns the time at which the provider ends the grant unless its refresh token is used: as the provider
 * named it, else by the row's limit, counted from the last use. Null: no limit is known, or there is no
 * refresh token.
 */
export function idleEnd(entry: Renewing): Date | null {
  const told = toldEnd(entry)
  if (told !== null) return told.kind === 'slides' ? told.at : null
  const days = entry.provider?.refresh.idleDays ?? null
  if (!entry.renewable || days === null) return null
  return new Date((entry.refreshedAt ?? entry.obtainedAt).getTime() + days * DAY)
}

/**
 * Returns the time at which the provider ends the grant, however much it is used: as the provider named it,
 * else by the row's limit, counted from the sign-in. Null: no limit is known, or there is no refresh token.
 */
export function lifeEnd(entry: Renewing): Date | null {
  const told = toldEnd(entry)
  if (told !== null) return told.kind === 'stays' ? told.at : null
  const days = entry.provider?.refresh.lifeDays ?? null
  return entry.renewable && days !== null ? new Date(entry.obtainedAt.getTime() + days * DAY) : null
}

/**
 * Returns how long before the end of a grant the person is warned, in ms: `most`, but not more than a tenth
 * of the time that was left when the provider named the end.
 */
export function warningBeforeEnd(entry: Renewing, most: number): number {
  const told = toldEnd(entry)
  if (told === null || told.kind === 'never') return most
  return Math.min(most, (told.at.getTime() - told.toldAt.getTime()) / 10)
}

/**
 * Returns the time, in ms, of a refresh that only keeps a grant alive: at three quarters of the provider's
 * limit. Null: never.
 */
export function keepAliveDue(entry: Renewing): number | null {
  const end = idleEnd(entry)?.getTime() ?? null
  const told = toldEnd(entry)
  const since = told?.kind === 'slides' ? told.toldAt : (entry.refreshedAt ?? entry.obtainedAt)
  return end === null ? null : since.getTime() + 0.75 * (end - since.getTime())
}

/** True if a date is so far ahead that the clock was set back since the date was written. */
export function isFromTheFuture(date: Date, now: Date): boolean {
  return date.getTime() - now.getTime() > SKEW_TOLERATED
}

/** True at and after the expiry. A token without a known expiry never expires. */
export function isExpired(expiry: Lifetime, now: Date): boolean {
  return expiry.kind === 'at' && now.getTime() >= expiry.at.getTime()
}

/**
 * True if the token may be handed out without a refresh. A token issued in the future is not fresh: the clock
 * was set back since, so its expiry says nothing.
 */
export function isFresh(token: Dated, now: Date): boolean {
  const window = refreshWindow(token)
  if (window === null) return true
  return now.getTime() < window.closes.getTime() && !isFromTheFuture(token.issuedAt, now)
}

/** True if the token may be refreshed in the background. */
export function isRefreshOpen(token: Dated, now: Date): boolean {
  const window = refreshWindow(token)
  if (window === null) return false
  return now.getTime() >= window.opens.getTime() || isFromTheFuture(token.issuedAt, now)
}

/**
 * Returns the delay before try number `failures` + 1, in ms: exponential from one second to five minutes with
 * full jitter, so that many clients do not come back together. A `Retry-After` is respected up to an hour.
 */
export function retryDelay(failures: number, random: number, retryAfterMs: number | null): number {
  const ceiling = Math.min(FIRST_DELAY * 2 ** Math.min(failures - 1, 20), LONGEST_DELAY)
  const jittered = Math.max(FIRST_DELAY, ceiling * random)
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER))
}

/**
 * True if an automatic try is allowed now. A next try further away than our longest delay is ignored, because
 * the clock was set back since.
 */
export function mayTryNow(health: CredentialHealth, now: Date): boolean {
  switch (health.kind) {
    case 'ok':
    case 'unreadable':
      return true
    case 'needs-sign-in':
      return false
    case 'refresh-failing': {
      if (health.nextTryAt === null) return false
      const wait = health.nextTryAt.getTime() - now.getTime()
      return wait <= 0 || wait > LONGEST_RETRY_AFTER
    }
  }
}

type Told = Pick<CatalogEntry, 'renewable' | 'refreshEnd' | 'issuedAt'>

/**
 * End of the refresh token as the server named it. `slides`: a refresh puts it off, as far as is known;
 * `stays`: the last refresh did not. Null: the server named none, or there is no refresh token.
 */
type ToldEnd =
  | { readonly kind: 'never' }
  | { readonly kind: 'slides' | 'stays'; readonly at: Date; readonly toldAt: Date }

function toldEnd({ renewable, refreshEnd, issuedAt }: Told): ToldEnd | null {
  if (!renewable || refreshEnd === undefined) return null
  if (refreshEnd.kind === 'never') return refreshEnd
  return { ...refreshEnd, kind: refreshEnd.toldAt < issuedAt ? 'stays' : 'slides' }
}

/**
 * Returns the end of the refresh token after a refresh: as the answer named it, else the known end of the
 * same token. An end that did not move along with the time keeps the time at which it was first named.
 * Absent: the end of a new token is unknown.
 */
export function endAfterRefresh(
  former: TokenSet,
  answer: TokenSet,
  isSameToken: boolean
): Pick<TokenSet, 'refreshEnd'> {
  const refreshEnd = answer.refreshEnd ?? (isSameToken ? former.refreshEnd : undefined)
  if (refreshEnd === undefined) return {}
  return { refreshEnd: hasStayed(former, refreshEnd) ? { ...refreshEnd, ...toldFirst(former) } : refreshEnd }
}

/**
 * True if the end did not move along with the time. Servers name whole seconds, so less than a minute says
 * nothing.
 */
function hasStayed({ refreshEnd, issuedAt }: TokenSet, told: RefreshEnd): boolean {
  if (refreshEnd?.kind !== 'at' || told.kind !== 'at') return false
  const passed = told.toldAt.getTime() - issuedAt.getTime()
  return passed >= MINUTE && Math.abs(told.at.getTime() - refreshEnd.at.getTime()) < passed / 2
}

function toldFirst({ refreshEnd }: TokenSet): { readonly toldAt?: Date } {
  return refreshEnd?.kind === 'at' ? { toldAt: refreshEnd.toldAt } : {}
}

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
