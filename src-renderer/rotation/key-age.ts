import { timeText } from '../text/time-text.ts'
import { DAY, relativeText } from '../time/time-text.ts'

const MONTH = 30.44 * DAY

/** "3 days ago", "14 months ago", "2 years ago": months up to two years, as "1 year" is too coarse. */
export function ageText(from: number, now: number): string {
  const months = Math.floor((now - from) / MONTH)
  return months >= 12 && months < 24
    ? timeText.past(timeText.amount.month(months))
    : relativeText(from, Math.max(from, now))
}

/** Returns true if the key is old enough to suggest a new one. */
export function isOld(from: number, now: number): boolean {
  return now - from > 365 * DAY
}
