import type { FetchPort } from './guarded-fetch.ts'

/** Within it a clock is right enough for every margin that is kept. */
const TOLERATED = 5 * 60_000
const MINUTE = 60_000

/**
 * The network, with an eye on the `Date` of every answer (RFC 9110 section 6.6.1). `tell` gets by how many whole
 * minutes this computer's clock is ahead of a provider's, negative for behind, once until it was right again. Tokens
 * are dated by the local clock alone, so a wrong one only has to be known.
 */
export function watchClock(
  fetchPort: FetchPort,
  now: () => Date,
  tell: (minutesAhead: number) => void
): FetchPort {
  let isTold = false
  return async (url, init) => {
    const sent = now().getTime()
    const response = await fetchPort(url, init)
    const received = now().getTime()
    const theirs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isFinite(theirs)) look(theirs, sent, received)
    return response
  }

  /** A request that took long, or during which the clock was set, leaves a range in which nothing is certain. */
  function look(theirs: number, sent: number, received: number): void {
    const [from, to] = [Math.min(sent, received), Math.max(sent, received)]
    const ahead = theirs < from ? from - theirs : Math.min(0, to - theirs)
    const isOff = Math.abs(ahead) > TOLERATED
    if (isOff && !isTold) tell(Math.round(ahead / MINUTE))
    isTold = isOff
  }
}
