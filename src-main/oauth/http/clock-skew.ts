import type { ClockSkew } from '#shared/clock-skew.ts'
import type { FetchPort } from './guarded-fetch.ts'

/** Within it a clock is right enough for every margin that is kept. */
const TOLERATED = 5 * 60_000
const MINUTE = 60_000

/**
 * The network, with an eye on the `Date` of every answer (RFC 9110 section 6.6.1). `tell` gets by how much this
 * computer's clock differs from that of the provider that answered, once and again when that has changed, and null as
 * soon as an answer agrees with it. Tokens are dated by the local clock alone, so a wrong one only has to be known.
 */
export function watchClock(
  fetchPort: FetchPort,
  now: () => Date,
  tell: (skew: ClockSkew | null) => void
): FetchPort {
  /** By how many ms it was ahead when that was told; null: it was right. */
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

/** A request that took long, or during which the clock was set, leaves a range in which nothing is certain. */
function aheadBy(theirs: number, sent: number, received: number): number {
  const [from, to] = [Math.min(sent, received), Math.max(sent, received)]
  return theirs < from ? from - theirs : Math.min(0, to - theirs)
}
