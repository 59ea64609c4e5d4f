import { count } from './locale.ts'

export const fixRunText = {
  fix: (n: number) => count(n, { one: 'Fix {n}', other: 'Fix {n}' }),
  fixAll: 'Fix what needs attention',
  title: (at: number, of: number) => `Fix ${at} of ${of}`,
  refreshing: 'Refreshing…',
  skip: 'Skip',
  back: 'Back',
  endTitle: 'Done',
  allWork: (n: number) => count(n, { one: 'Your credential works.', other: 'All {n} credentials work.' }),
  left: (n: number) => count(n, { one: '{n} still needs you.', other: '{n} still need you.' }),
  next: (what: string) => `Next: ${what}.`,
  done: 'Close'
} as const
