const MINUTE = 60_000
const steps: readonly (readonly [word: string, plural: string, size: number, limit: number])[] = [
  ['s', 's', 1000, 60],
  ['min', 'min', MINUTE, 60],
  ['h', 'h', 60 * MINUTE, 24],
  ['day', 'days', 24 * 60 * MINUTE, 31],
  ['month', 'months', 30.44 * 24 * 60 * MINUTE, 12],
  ['year', 'years', 365.25 * 24 * 60 * MINUTE, Infinity]
]

/** `in 52 min`, `3 days ago`, `now`: an instant (ISO 8601) beside `now` in milliseconds. */
export function relativeTime(instant: string, now: number): string {
  const length = Date.parse(instant) - now
  if (Math.abs(length) < 1000) return 'now'
  const amount = amountOf(Math.abs(length))
  return length > 0 ? `in ${amount}` : `${amount} ago`
}

/** The nearest whole unit of a length of time in milliseconds. */
function amountOf(length: number): string {
  for (const [word, plural, size, limit] of steps) {
    const amount = Math.round(length / size)
    if (amount < limit) return `${amount} ${amount === 1 ? word : plural}`
  }
  return ''
}

/** `2026-11-30 21:20 UTC (in 52 min)` */
export const exactTime = (instant: string, now: number): string =>
  `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC (${relativeTime(instant, now)})`
