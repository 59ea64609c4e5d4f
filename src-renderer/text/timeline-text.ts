import { count } from './locale.ts'

export const timelineText = {
  title: 'Timeline',
  span: 'Shows',
  spans: { 7: '7 days', 30: '30 days', 90: '90 days' },
  withRefreshes: 'Refreshes',
  who: 'Credential',
  what: 'What comes',
  now: 'now',
  empty: (days: string) => `Nothing ends or renews in the next ${days}.`,
  more: (n: number) => count(n, { one: 'Show {n} more', other: 'Show {n} more' }),
  kinds: {
    renews: 'Refreshed by Latchkey',
    expires: 'Expires',
    'use-by': 'Use it before',
    'sign-in-by': 'Sign in again before'
  },
  event: {
    renews: (when: string) => `renews ${when}`,
    expires: (when: string) => `expires ${when}`,
    'use-by': (when: string) => `use before ${when}`,
    'sign-in-by': (when: string) => `sign in again before ${when}`
  }
} as const
