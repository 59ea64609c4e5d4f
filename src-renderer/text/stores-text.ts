import type { BackendId } from '#shared/credential.ts'
import type { StoreMove } from '#shared/stores.ts'
import { count } from './locale.ts'

type Step = Extract<StoreMove['state'], { kind: 'running' }>['step']

const entries = (n: number): string => count(n, { one: '{n} entry', other: '{n} entries' })

/** Names inside a sentence; the same words as in the vault's own messages. */
const names: Readonly<Record<BackendId, string>> = {
  keychain: 'the keychain',
  'encrypted-file': 'encrypted files',
  memory: 'memory',
  'plain-file': 'unencrypted files',
  sops: 'SOPS files',
  custom: 'your own store'
}

const steps: Readonly<Record<Step, string>> = {
  copy: 'Copy',
  verify: 'Verify',
  switch: 'Switch',
  remove: 'Remove from the old store'
}

export const storesText = {
  steps,
  nowIn: 'Secrets are kept in',
  move: 'Move to another store…',
  showMove: 'Show the move…',
  title: 'Move to another store',
  firstTitle: 'Choose a store',
  choose: 'Where secrets should be kept',
  loading: 'Loading…',
  choices: {
    keychain: { label: 'Keychain', means: 'Your computer’s keychain keeps them.' },
    passphrase: {
      label: 'Encrypted files with a passphrase',
      means: 'You’ll enter it at each start. If you forget it, the secrets are lost.'
    },
    machine: {
      label: 'Encrypted files without a passphrase',
      means: 'Not protected: the key is next to the files. Anyone who can read your files can open them.'
    },
    sops: { label: 'SOPS files', means: 'Files that sops and age open with your age key file.' }
  },
  agree: 'Keep them in files next to their key',
  agreeFirst: 'Check the box, or choose another store.',
  passphrase: 'Passphrase',
  passphraseHint: 'At least 12 characters. A sentence is easier to remember than a word.',
  tooShort: 'Use at least 12 characters.',
  tooLong: 'Use at most 1024 characters.',
  again: 'Passphrase again',
  differs: 'The passphrases don’t match.',
  keyFile: 'age key file',
  keyFileHint:
    'Full path of the file that age-keygen wrote. Keep a copy: without it, the SOPS files can’t be opened.',
  notAbsolute: 'Enter the full path, from / or a drive letter.',
  whatHappens: (n: number, from: BackendId) =>
    `${entries(n)} will be copied, verified, then removed from ${names[from]}. Saving waits until the move ends.`,
  start: 'Move everything',
  startEmpty: 'Use this store',
  starting: 'Starting…',
  running: (to: BackendId) => `Moving everything to ${names[to]}`,
  progress: (step: Step, done: number, total: number) => `${steps[step]}: ${done} of ${total}`,
  mayClose: 'Continues in the background.',
  hide: 'Close',
  doneTitle: (n: number, to: BackendId) =>
    n === 0 ? `Secrets are kept in ${names[to]}` : `${entries(n)} moved to ${names[to]}`,
  doneMeans: (n: number, from: BackendId) =>
    n === 0 ? 'Nothing had to be moved.' : `Every entry was verified. Nothing is left in ${names[from]}.`,
  done: 'Done',
  interrupted: (to: BackendId) => `Moving everything to ${names[to]} was interrupted.`,
  failed: (to: BackendId) => `Couldn’t move everything to ${names[to]}.`,
  stillIn: (from: BackendId) => `Everything is safe in ${names[from]}, which is still in use.`,
  alreadyIn: (from: BackendId, to: BackendId) =>
    `Everything is in ${names[to]}, which is in use. Copies are left in ${names[from]}; finish the move to remove them.`,
  goOn: 'Finish move',
  undo: 'Undo move',
  chooseAgain: 'Choose again',
  needsPassphrase: 'Passphrase of the encrypted files',
  look: 'Show',
  unlockBody: 'Enter the passphrase to use and refresh your credentials.',
  unlock: 'Unlock',
  unlocking: 'Unlocking…',
  enterIt: 'Enter the passphrase.'
} as const
