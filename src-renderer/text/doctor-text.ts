import { count } from './locale.ts'

export const doctorText = {
  title: 'Doctor',
  list: 'Checks',
  checkAgain: 'Check again',
  checking: 'Checking…',
  fix: 'Fix',
  fixRow: (title: string) => `Fix: ${title}`,
  fixAll: 'Fix all',
  fixing: 'Fixing…',
  copy: 'Copy report',
  copied: 'Report copied',
  copiedBody: 'It holds what this page shows. No secrets.',
  readEntries: 'Open every entry',
  state: (word: string) => `${word}:`,
  problems: (n: number) => count(n, { one: '{n} problem', other: '{n} problems' }),
  warnings: (n: number) => count(n, { one: '{n} warning', other: '{n} warnings' }),
  passed: (n: number) => count(n, { one: '{n} passed', other: '{n} passed' }),
  skipped: (n: number) => count(n, { one: '{n} skipped', other: '{n} skipped' }),
  sum: (parts: readonly string[]) => `${parts.join(', ')}.`,
  checked: (when: string) => `Checked ${when}.`,
  noSecret: 'The report never contains a secret.',
  failed: 'The check failed. Nothing was changed.'
} as const
