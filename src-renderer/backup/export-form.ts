import { backupText } from '../text/backup-text.ts'

const SHORTEST = 12
const LONGEST = 1024

export type ExportErrors = { readonly passphrase: string | null; readonly again: string | null }

/** Checks only length and equality, so that no message promises a strong passphrase. */
export function checkPassphrases(passphrase: string, again: string): ExportErrors {
  if (passphrase.length < SHORTEST) return { passphrase: backupText.tooShort, again: null }
  if (passphrase.length > LONGEST) return { passphrase: backupText.tooLong, again: null }
  return { passphrase: null, again: passphrase === again ? null : backupText.differs }
}
