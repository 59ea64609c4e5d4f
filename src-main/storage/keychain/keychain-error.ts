import { VaultError } from '#shared/problem.ts'

/** Meaning of a keychain's error. `stale`: the connection is used up, a new one may work. */
export type KeychainErrorKind =
  | 'unavailable'
  | 'locked'
  | 'denied'
  | 'prompt-pending'
  | 'ambiguous'
  /** The default collection is open; the entry, or one like it, is in another collection that is locked. */
  | 'locked-elsewhere'
  | 'stale'
  | 'too-long'
  | 'not-text'
  | 'timeout'
  | 'unknown'

/**
 * The native module gives nearly every error the same code, so the message decides. The first row that
 * matches wins: Windows' "logon session does not exist" must not be taken for a stale D-Bus session.
 */
const messageTable: ReadonlyArray<readonly [KeychainErrorKind, RegExp]> = [
  ['unavailable', /logon session does not exist/i],
  ['too-long', /longer than (the )?platform limit/i],
  ['ambiguous', /matched by \d+ credentials|\bambiguous\b/i],
  ['not-text', /not valid UTF-8/i],
  ['prompt-pending', /prompt (is )?(already )?(pending|in progress)/i],
  ['locked', /prompt was dismissed|IsLocked|\blocked\b|interaction is not allowed|\b-25308\b/i],
  ['denied', /access ?denied|user cancell?ed|not authori[sz]ed|\b-128\b|\b-25293\b/i],
  ['stale', /session (wrapping the secret )?does not exist|No such interface .?org\.free/i],
  ['stale', /was disconnected|disconnected from message bus/i],
  ['timeout', /did not receive a reply|timed? ?out|NoReply/i],
  ['unavailable', /autolaunch|failed to connect|connection refused|not provided by any|no result found/i],
  ['unavailable', /no default keychain|\b-25307\b|no such file or directory/i]
]

/** Returns the kind of an error, `unknown` if its message is not known. Pure; never passes the message on. */
export function classifyKeychainError(error: unknown): KeychainErrorKind {
  const message = error instanceof Error ? error.message : ''
  return messageTable.find(([, pattern]) => pattern.test(message))?.[0] ?? 'unknown'
}

/** Returns the project's error for a kind, with the sentence and the remedy for a person. */
export function keychainProblem(kind: KeychainErrorKind): VaultError {
  switch (kind) {
    case 'locked':
    case 'prompt-pending':
      return new VaultError('KEYCHAIN_LOCKED')
    case 'denied':
      return new VaultError('KEYCHAIN_DENIED')
    case 'timeout':
      return new VaultError('KEYCHAIN_TIMEOUT')
    case 'too-long':
      return new VaultError('STORE_WRITE_FAILED', {
        message: 'The keychain does not accept a value of this length. Nothing was changed.'
      })
    case 'ambiguous':
      return new VaultError('KEYCHAIN_DUPLICATE')
    case 'locked-elsewhere':
      return new VaultError('KEYCHAIN_DUPLICATE', {
        message:
          'The keychain holds an entry for this credential in a locked collection. In the keychain’s own app, unlock that collection, or remove the entry there if another program added it.'
      })
    case 'not-text':
      return new VaultError('CREDENTIAL_UNREADABLE')
    case 'unavailable':
    case 'stale':
    case 'unknown':
      return new VaultError('KEYCHAIN_UNAVAILABLE')
  }
}

/** Returns the project's error for what a keychain call threw; a VaultError stays as it is. */
export function toKeychainProblem(error: unknown): VaultError {
  return error instanceof VaultError ? error : keychainProblem(classifyKeychainError(error))
}
