import * as v from 'valibot'

/** A new passphrase of a file that may leave the computer: guessing it costs nothing there. */
export const newPassphrase = v.pipe(v.string(), v.minLength(12), v.maxLength(1024))
/** A passphrase or a key that was chosen before. */
export const typedSecret = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))

const RULE = 'The passphrase must have 12 to 1024 characters.'

/** Returns what is wrong with a new passphrase, as a sentence. Null: nothing. */
export const passphraseFault = (text: string): string | null => (v.is(newPassphrase, text) ? null : RULE)
