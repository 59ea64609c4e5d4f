import { count } from './locale.ts'

/** What time alone brings to a credential. */
export type ComingKind = 'renews' | 'expires' | 'use-by' | 'sign-in-by'

const one = {
  renews: (name: string, day: string) => `${name} renews ${day}`,
  expires: (name: string, day: string) => `${name} expires ${day}`,
  'use-by': (name: string, day: string) => `use ${name} by ${day}`,
  'sign-in-by': (name: string, day: string) => `sign in to ${name} by ${day}`
} as const satisfies Record<ComingKind, (name: string, day: string) => string>

const several = {
  renews: (n: number, day: string) => `${count(n, { one: '{n} renews', other: '{n} renew' })} ${day}`,
  expires: (n: number, day: string) => `${count(n, { one: '{n} expires', other: '{n} expire' })} ${day}`,
  'use-by': (n: number, day: string) => `${count(n, { one: 'use {n}', other: 'use {n}' })} by ${day}`,
  'sign-in-by': (n: number, day: string) =>
    `${count(n, { one: 'sign in to {n}', other: 'sign in to {n}' })} by ${day}`
} as const satisfies Record<ComingKind, (n: number, day: string) => string>

export const aheadText = {
  strip: 'Next 7 days',
  nothing: 'Nothing ends or renews in the next 7 days.',
  one,
  several,
  more: (n: number) => count(n, { one: '{n} more', other: '{n} more' })
} as const
