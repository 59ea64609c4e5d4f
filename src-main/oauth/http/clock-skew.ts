import type { ClockSkew } from '#shared/clock-skew.ts'
import type { FetchPort } from './guarded-fetch.ts'

/** Tolerated difference in ms, small enough for every margin that is kept. */
const TOLERATED = 5 * 60_000
const MINUTE = 60_000

/**
 * Wraps the network and reads the `Date` of every answer (RFC 9110 section 6.6.1). `tell` gets the difference
 * between this computer's clock and that of the provider, once and again when it changes, and null as soon as
 * an answer agrees with the clock. Tokens are dated by the local clock alone, so a wrong clock only has to be
 * reported.
 */
export function watchClock(
  fetchPort: FetchPort,
  now: () => Date,
  tell: (skew: ClockSkew | null) => void
): FetchPort {
  /** Milliseconds that the clock was ahead when that was last told; null: it was right. */
  let told: number | null = null
  return async (url, init) => {
    const sent = now().getTime()
    const response = await fetchPort(url, init)
    const received = now().getTime()
    const theirs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isFinite(theirs)) look(url, aheadBy(theirs, sent, received))
    return response
  }

  function look(url: string, ahead: number): void {
    const isOff = Math.abs(ahead) > TOLERATED
    if (!isOff && told === null) return
    if (isOff && told !== null && Math.abs(ahead - told) <= TOLERATED) return
    told = isOff ? ahead : null
    tell(isOff ? { minutesAhead: Math.round(ahead / MINUTE), host: new URL(url).host } : null)
  }
}

/**
 * Milliseconds that this computer's clock is ahead; negative: behind. Within the span from request to answer,
 * which is long for a slow request or a clock that was set meanwhile, nothing is certain and the result is 0.
 */
function aheadBy(theirs: number, sent: number, received: number): number {
  const [from, to] = [Math.min(sent, received), Math.max(sent, received)]
  return theirs < from ? from - theirs : Math.min(0, to - theirs)
}
