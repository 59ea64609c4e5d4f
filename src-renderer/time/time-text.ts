import { locale } from '#shared/locale.ts'
import { timeText, type TimeUnit } from '../text/time-text.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const steps: readonly (readonly [TimeUnit, number, number])[] = [
  ['second', SECOND, 60],
  ['minute', MINUTE, 60],
  ['hour', HOUR, 24],
  ['day', DAY, 31],
  ['month', 30.44 * DAY, 12],
  ['year', 365.25 * DAY, Number.POSITIVE_INFINITY]
]

/** "52 min", "3 days": the nearest whole unit of a length of time. */
export function amountText(milliseconds: number): string {
  const length = Math.abs(milliseconds)
  for (const [unit, size, limit] of steps) {
    const amount = Math.round(length / size)
    if (amount < limit) return timeText.amount[unit](amount)
  }
  return timeText.amount.year(0)
}

/** "in 3 days", "2 h ago", "now". */
export function relativeText(at: number, now: number): string {
  const distance = at - now
  if (Math.abs(distance) < SECOND) return timeText.now
  return distance > 0 ? timeText.ahead(amountText(distance)) : timeText.past(amountText(distance))
}

/** "4:05": the time left, for a countdown that moves every second. */
export function countdownText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND))
  const rest = String(seconds % 60).padStart(2, '0')
  return `${Math.floor(seconds / 60)}:${rest}`
}

const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const withZone = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long' })
const inUtc = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
const timeOnly = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
const dateOnly = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
const days = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

/** Local time with its zone, and UTC: the text of a hover, a focus and the detail. */
export function exactText(at: number): string {
  return timeText.exact(withZone.format(at), inUtc.format(at))
}

/** "today, 06:12", "yesterday, 06:12", "14 Aug 2026, 16:20". */
export function dayTimeText(at: number, now: number): string {
  const distance = Math.round((startOfDay(at) - startOfDay(now)) / DAY)
  if (Math.abs(distance) > 1) return dateAndTime.format(at)
  return timeText.dayAndTime(days.format(distance, 'day'), timeOnly.format(at))
}

/** "today", "yesterday", "14 Aug 2026". */
export function dayText(at: number, now: number): string {
  const distance = Math.round((startOfDay(at) - startOfDay(now)) / DAY)
  return Math.abs(distance) > 1 ? dateOnly.format(at) : days.format(distance, 'day')
}

const dayAndMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })

/** "14 Aug": a day beside others of the same year. */
export function shortDayText(at: number): string {
  return dayAndMonth.format(at)
}

const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' })

/** "today", "tomorrow", "Tuesday" within a week, else "14 Aug 2026". */
export function weekdayText(at: number, now: number): string {
  const distance = Math.round((startOfDay(at) - startOfDay(now)) / DAY)
  if (distance > 1 && distance < 7) return weekday.format(at)
  return dayText(at, now)
}

/** "06:12": the time of a day that is said beside it. */
export function clockText(at: number): string {
  return timeOnly.format(at)
}

/** The end of a life bar: a time within a day of now, else a date. */
export function barEndText(at: number, now: number): string {
  return Math.abs(at - now) < DAY ? timeOnly.format(at) : dateOnly.format(at)
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}
