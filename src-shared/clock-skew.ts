import * as v from 'valibot'

/** By how much this computer's clock differs from that of the provider that answered last. */
export const clockSkew = v.strictObject({
  /** Whole minutes, never 0; negative for behind. */
  minutesAhead: v.pipe(v.number(), v.integer()),
  /** The provider's host, for people. */
  host: v.string()
})
export type ClockSkew = v.InferOutput<typeof clockSkew>

/** Null: the clock is right, as far as anybody has said. */
export const clockEvents = { clockChanged: v.nullable(clockSkew) } as const

const HOUR = 60
const DAY = 24 * HOUR

/** "about 10 minutes ahead"; the same words in the window, the tray and on the command line. */
export function skewWords({ minutesAhead }: Pick<ClockSkew, 'minutesAhead'>): string {
  return `${amountOf(Math.abs(minutesAhead))} ${minutesAhead > 0 ? 'ahead' : 'behind'}`
}

/** What it means and what to do. */
export function skewSentence({ minutesAhead, host }: ClockSkew): string {
  const of = minutesAhead > 0 ? ' of' : ''
  const means = minutesAhead > 0 ? 'Tokens may look expired.' : 'Tokens may be refreshed too late.'
  return `Your clock is ${skewWords({ minutesAhead })}${of} ${host}. ${means} Correct the time.`
}

function amountOf(minutes: number): string {
  if (minutes < 2 * HOUR) return `about ${String(minutes)} minutes`
  if (minutes < 2 * DAY) return `about ${String(Math.round(minutes / HOUR))} hours`
  return `about ${String(Math.round(minutes / DAY))} days`
}
