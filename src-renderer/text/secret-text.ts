/** Words about taking a secret out. */
export const secretText = {
  copy: { token: 'Copy token', key: 'Copy key' },
  copyShort: 'Copy',
  copyVariable: 'Copy as NAME=value',
  copyHeader: 'Copy as header',
  show: 'Show for 10 s',
  more: 'More ways to copy',
  copied: (name: string) => `${name}: copied`,
  copiedMeans: 'Cleared from the clipboard in 30 s.',
  of: (name: string, account: string) => `${name}, ${account}`,
  hidesIn: (seconds: number) => `Hides in ${String(seconds)} s`,
  hide: 'Hide now',
  gone: 'Nothing to show.'
} as const
