import type { ClockSkew } from './clock-skew.ts'

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
