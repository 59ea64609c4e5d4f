import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import { count } from './locale.ts'

export const removalText = {
  entries: (n: number) => count(n, { one: '{n} entry', other: '{n} entries' }),
  removed: (what: string) => `Removed ${what}`,
  revoke: 'Revoke it at the provider, too.',
  undo: 'Undo',
  undoOf: (what: string) => `Undo: ${what}`,
  undoKey: (isMac: boolean) => `${isMac ? 'Command Z' : 'Control Z'} undoes it`,
  askTitle: (n: number) => count(n, { one: 'Remove {n} entry?', other: 'Remove {n} entries?' }),
  askBody: 'You can undo this for ten seconds. Their secrets stay valid at the providers.',
  ask: 'Remove'
} as const

/** Names what was removed: one entry with its account, or how many. */
export function removedWhat(credentials: readonly CredentialSummary[]): string {
  const [only, ...others] = credentials
  if (only === undefined || others.length > 0) return removalText.entries(credentials.length)
  return `${titleOf(only)}, ${only.account}`
}
