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
  custom: 'a store of your own'
}

const steps: Readonly<Record<Step, string>> = {
  copy: 'Copy',
  verify: 'Read back',
  switch: 'Switch',
  remove: 'Remove from the old store'
}

export const storesText = {
  steps,
  nowIn: 'Secrets are kept in',
  move: 'Move to another store…',
  showMove: 'Show the move…',
  lock: 'Lock now',
  title: 'Move to another store',
  choose: 'Where secrets should be kept',
  loading: 'Looking at the stores…',
  choices: {
    keychain: { label: 'Keychain', means: 'The keychain of this computer keeps them.' },
    passphrase: {
      label: 'Encrypted files with a passphrase',
      means: 'Latchkey asks for it at every start. Without it the files stay closed, even to you.'
    },
    machine: {
      label: 'Encrypted files without a passphrase',
      means: 'Not protected: the key lies beside the files. Anyone who can read your files can open them.'
    },
    sops: { label: 'SOPS files', means: 'Files that sops and age open with an age key file of yours.' }
  },
  agree: 'Keep them in files whose key lies beside them',
  agreeFirst: 'Agree to it, or choose another store.',
  passphrase: 'Passphrase',
  passphraseHint: 'At least 12 characters. A sentence is easier to remember than a word.',
  tooShort: 'Use at least 12 characters.',
  tooLong: 'Use at most 1024 characters.',
  again: 'Passphrase again',
  differs: 'The two are not the same.',
  keyFile: 'age key file',
  keyFileHint:
    'The whole path of the file that age-keygen wrote. Keep a copy of it: without it the SOPS files stay closed.',
  notAbsolute: 'Enter the whole path, from / or a drive letter.',
  whatHappens: (n: number, from: BackendId) =>
    `${entries(n)} will be copied, read back, and then removed from ${names[from]}. Saving waits until the move has ended.`,
  start: 'Move everything',
  starting: 'Beginning…',
  running: (to: BackendId) => `Moving everything to ${names[to]}`,
  progress: (step: Step, done: number, total: number) => `${steps[step]}: ${done} of ${total}`,
  mayClose: 'The move continues if you close the dialog.',
  hide: 'Close',
  doneTitle: (n: number, to: BackendId) => `${entries(n)} moved to ${names[to]}`,
  doneMeans: (from: BackendId) => `Every entry was read back. Nothing is left in ${names[from]}.`,
  done: 'Done',
  interrupted: (to: BackendId) => `Moving everything to ${names[to]} was interrupted.`,
  failed: (to: BackendId) => `Moving everything to ${names[to]} did not succeed.`,
  stillIn: (from: BackendId) => `Every entry is intact in ${names[from]}, which is still in use.`,
  alreadyIn: (from: BackendId, to: BackendId) =>
    `Everything is in ${names[to]}, which is in use. Copies are left in ${names[from]}; finish the move to remove them.`,
  goOn: 'Finish the move',
  undo: 'Take it back',
  chooseAgain: 'Choose again',
  needsPassphrase: 'Passphrase of the encrypted files',
  look: 'Show',
  unlockTitle: 'The encrypted files are locked',
  unlockBody:
    'Your credentials are untouched. They can be used and refreshed again once you enter the passphrase.',
  unlock: 'Unlock',
  unlocking: 'Unlocking…',
  enterIt: 'Enter the passphrase.'
} as const
