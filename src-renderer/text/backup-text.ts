import { count } from './locale.ts'

export const backupText = {
  title: 'Backup',
  exportLabel: 'Export',
  export: 'Export…',
  exportMeans: 'One sealed file with everything in it, to keep or to take to another computer.',
  exportTitle: 'Export everything',
  exportHolds:
    'The file holds every credential. With the passphrase, all of them can be read; without it, the file can’t be opened.',
  exportSignIns:
    'A sign-in that is refreshed belongs to one computer: if two refresh it, providers end both. After a move, sign in again on one of them.',
  passphrase: 'Passphrase',
  passphraseHint: 'At least 12 characters. A sentence is easier to remember than a word.',
  tooShort: 'Use at least 12 characters.',
  tooLong: 'Use at most 1024 characters.',
  again: 'Passphrase again',
  differs: 'The two are not the same.',
  chooseWhere: 'Choose where…',
  exporting: 'Exporting…',
  notChosen: 'No file was written.',
  exported: (n: number) => count(n, { one: '{n} credential exported', other: '{n} credentials exported' }),
  keepApart: 'Keep the file and its passphrase in different places.',
  missing: 'Left out, because they can’t be read',
  done: 'Done',
  recovery: 'Recovery key',
  recoveryMeans:
    'Opens a sealed copy of everything when the keychain of this computer is lost. Only you have the key.',
  loading: 'Looking…',
  off: 'Off. Without it, credentials are lost if the keychain is lost.',
  on: (since: string) => `On since ${since}.`,
  copied: (when: string) => `Last copy ${when}.`,
  noCopy: 'No copy could be written yet.',
  make: 'Make a recovery key…',
  makeShort: 'Make…',
  makeMeans: 'The system shows the key once. Write it down or print it; Latchkey does not keep it.',
  making: 'Waiting…',
  made: 'Recovery key made',
  notMade: 'No recovery key was made.',
  remove: 'Remove…',
  removeLabel: 'Remove the recovery key…',
  removeTitle: 'Remove the recovery key?',
  removeBody:
    'No more copies are made, and those on this computer are deleted. Copies that you took elsewhere still open with the key.',
  removeAction: 'Remove',
  removed: 'Recovery key removed'
} as const
