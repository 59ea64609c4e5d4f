import type { StorageHealth } from '#shared/storage-health.ts'

/** What the state of the store means, and what to do where it could be better. */
export function storeState({ backend, problem, state }: StorageHealth): string {
  switch (state) {
    case 'healthy':
      return 'works'
    case 'degraded':
      return `works, but ${weaker[backend ?? 'other'] ?? weaker.other} ${problem === null ? MOVE : LOOK}`
    case 'locked':
      return 'locked; “latchkey unlock” opens it'
    case 'unavailable':
      return 'does not answer; “latchkey doctor” says why'
  }
}

const weaker: Readonly<Partial<Record<NonNullable<StorageHealth['backend']>, string>>> & {
  readonly other: string
} = {
  'encrypted-file': 'weaker than a keychain or a passphrase: the key is next to the files.',
  'plain-file': 'not encrypted: whoever can read the files can read the secrets.',
  memory: 'in memory only: everything is gone when Latchkey ends.',
  other: 'in a weaker way than usual.'
}
const MOVE = '“latchkey move --to keychain” moves every entry.'
const LOOK = '“latchkey doctor” says why the keychain can’t be used.'
