import type { CredentialSummary, Expiry } from '#shared/credential.ts'
import { assertNever } from '#shared/problem.ts'
import { timeText } from '../text/time-text.ts'
import { endsByAge } from './ends-by-age.ts'
import { amountText, relativeText } from '../time/time-text.ts'

/** The second line of a status: its time. `at`: that instant. `spoken`: the text without the chip. */
export type When = {
  readonly text: string
  readonly spoken: string
  readonly at: number | null
  readonly soon: boolean
}

const SECONDS_MATTER = 120_000

export function whenText(credential: CredentialSummary, now: number): When {
  const { status } = credential
  switch (status.kind) {
    case 'valid':
    case 'expiring':
      return expiryWhen(credential, now)
    case 'refreshing':
      return past(status.since, now, timeText.started)
    case 'refresh-failing':
      return nextTry(status.nextTryAt, now)
    case 'expired':
      return credential.expiry.kind === 'at'
        ? spokenAs(
            past(credential.expiry.at, now, timeText.past),
            past(credential.expiry.at, now, timeText.expired)
          )
        : still(timeText.unknown)
    case 'needs-sign-in':
      return status.since === null ? still(timeText.sinceUnknown) : past(status.since, now, timeText.past)
    case 'unreadable':
      return still(timeText.unknown)
    case 'locked':
      return still(timeText.hidden)
    default:
      return assertNever(status)
  }
}

/** Returns true while the text of a row counts seconds. */
export function countsSeconds(credential: CredentialSummary, now: number): boolean {
  const { at } = whenText(credential, now)
  return at !== null && isSecondsAway(at, now)
}

/** True for a time so near that its text says seconds. */
export function isSecondsAway(at: number, now: number): boolean {
  return Math.abs(at - now) < SECONDS_MATTER
}

/** Returns the used part of a credential's life, from 0 to 1; null if it has no known end. */
export function lifeUsed(credential: CredentialSummary, at: number): number | null {
  if (credential.expiry.kind !== 'at') return null
  const start = Date.parse(credential.issuedAt)
  const end = Date.parse(credential.expiry.at)
  if (end <= start) return at >= end ? 1 : 0
  return Math.min(1, Math.max(0, (at - start) / (end - start)))
}

export function expiryText(expiry: Expiry, now: number): string {
  switch (expiry.kind) {
    case 'at':
      return relativeText(Date.parse(expiry.at), now)
    case 'never':
      return timeText.never
    case 'unknown':
      return timeText.unknown
    default:
      return assertNever(expiry)
  }
}

function expiryWhen(credential: CredentialSummary, now: number): When {
  const { expiry, keptFresh, nextRefreshAt, renewable, signInBefore, useBefore } = credential
  if (endsByAge(credential) && signInBefore !== null) return ageWhen(Date.parse(signInBefore), now)
  if (renewable && credential.status.kind === 'expiring' && useBefore !== null)
    return idleWhen(Date.parse(useBefore), now)
  if (expiry.kind !== 'at') return still(expiryText(expiry, now))
  const soon = credential.status.kind === 'expiring'
  if (keptFresh === false && nextRefreshAt === null && !soon) return still(timeText.renewsOnUse)
  if (renewable && !soon) {
    const at = Date.parse(nextRefreshAt ?? expiry.at)
    const text = at <= now ? timeText.renewsNow : timeText.renews(amountText(at - now))
    return { text, spoken: text, at, soon }
  }
  const at = Date.parse(expiry.at)
  const text = relativeText(at, now)
  return { text, spoken: at > now ? timeText.expires(amountText(at - now)) : text, at, soon }
}

/** The provider ends unused sign-ins; after that time only the provider knows the state. */
function idleWhen(at: number, now: number): When {
  const text = at > now ? timeText.useWithin(amountText(at - now)) : timeText.mayHaveEnded
  const spoken = at > now ? timeText.useOrSignIn(amountText(at - now)) : text
  return { text, spoken, at, soon: true }
}

/** The end by age, which use does not delay. */
function ageWhen(at: number, now: number): When {
  const text = at > now ? timeText.signInWithin(amountText(at - now)) : timeText.mayHaveEnded
  return { text, spoken: text, at, soon: true }
}

function nextTry(nextTryAt: string | null, now: number): When {
  if (nextTryAt === null) return still(timeText.noNextTry)
  const at = Date.parse(nextTryAt)
  const text = at <= now ? timeText.nextTryNow : timeText.nextTry(amountText(at - now))
  return { text, spoken: text, at, soon: true }
}

function past(instant: string, now: number, phrase: (amount: string) => string): When {
  const at = Date.parse(instant)
  const text = phrase(amountText(Math.max(0, now - at)))
  return { text, spoken: text, at, soon: false }
}

function spokenAs(when: When, other: When): When {
  return { ...when, spoken: other.text }
}

function still(text: string): When {
  return { text, spoken: text, at: null, soon: false }
}
