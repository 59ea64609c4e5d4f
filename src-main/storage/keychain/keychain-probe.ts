/** Accounts that begin like this are written and removed again, to see whether the keychain works. */
export const PROBE_START = '__latchkey_probe__'

export const isProbe = (account: string): boolean => account.startsWith(PROBE_START)
