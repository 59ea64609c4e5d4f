import { count } from './locale.ts'

export type TimeUnit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year'

/** The short forms of the list. The exact time is always beside them: on hover, on focus and in the detail. */
export const timeText = {
  amount: {
    second: (n: number) => count(n, { one: '{n} s', other: '{n} s' }),
    minute: (n: number) => count(n, { one: '{n} min', other: '{n} min' }),
    hour: (n: number) => count(n, { one: '{n} h', other: '{n} h' }),
    day: (n: number) => count(n, { one: '{n} day', other: '{n} days' }),
    month: (n: number) => count(n, { one: '{n} month', other: '{n} months' }),
    year: (n: number) => count(n, { one: '{n} year', other: '{n} years' })
  } satisfies Record<TimeUnit, (n: number) => string>,
  ahead: (amount: string) => `in ${amount}`,
  past: (amount: string) => `${amount} ago`,
  now: 'now',
  renews: (amount: string) => `renews in ${amount}`,
  renewsNow: 'renews now',
  renewsOnUse: 'renews when used',
  useWithin: (amount: string) => `use within ${amount}`,
  signInWithin: (amount: string) => `sign in within ${amount}`,
  useOrSignIn: (amount: string) => `sign in or use within ${amount}`,
  mayHaveEnded: 'may have ended',
  expires: (amount: string) => `expires in ${amount}`,
  expired: (amount: string) => `expired ${amount} ago`,
  nextTry: (amount: string) => `next try in ${amount}`,
  nextTryNow: 'trying again',
  noNextTry: 'retry by hand',
  started: (amount: string) => `started ${amount} ago`,
  stopped: (amount: string) => `stopped ${amount} ago`,
  never: 'no expiry',
  unknown: 'expiry unknown',
  hidden: 'expiry hidden',
  sinceUnknown: 'until you sign in',
  exact: (local: string, utc: string) => `${local} (${utc} UTC)`,
  dayAndTime: (day: string, time: string) => `${day}, ${time}`
} as const
