import type { BackendId } from '#shared/credential.ts'
import { list } from './locale.ts'

export const lockText = {
  lock: 'Lock',
  key: (command: string) => (command === '⌘' ? '⌘L' : 'Ctrl L'),
  title: 'Latchkey is locked',
  body: 'Unlock it to see and use your credentials.',
  waiting: (names: readonly string[]) =>
    `Waiting for you: ${list(names.map((name) => (name === 'terminal' ? 'your terminal' : name)))}`,
  unlock: 'Unlock',
  unlocking: 'Unlocking…',
  after: 'Lock after minutes without a key or mouse',
  afterChoices: {
    1: '1',
    5: '5',
    10: '10',
    30: '30',
    60: '60',
    never: 'Never'
  },
  onSleep: 'Lock before sleep',
  withScreen: 'Lock with the screen',
  now: 'Lock now',
  /** What a lock means where no passphrase protects the store. */
  means: {
    keychain:
      'Latchkey forgets what it has read, and programs wait. The keychain itself stays open: anyone at this computer can unlock Latchkey.',
    'encrypted-file':
      'Programs wait. The key is next to the files: anyone at this computer can unlock Latchkey.',
    sops: 'Programs wait. Your age key file stays readable: anyone at this computer can unlock Latchkey.',
    memory: 'Programs wait. The secrets stay in memory: anyone at this computer can unlock Latchkey.',
    'plain-file': 'Programs wait. The files stay readable: anyone at this computer can unlock Latchkey.',
    custom: 'Programs wait. Your own store stays as it is: anyone at this computer can unlock Latchkey.'
  } satisfies Record<BackendId, string>,
  meansPassphrase: 'Programs wait, and nothing is refreshed. Only the passphrase opens it again.'
} as const
