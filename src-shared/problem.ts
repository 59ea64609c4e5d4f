/** What a person can do about a problem. One verb per button. */
export const remedies = ['sign-in', 'retry', 'unlock', 'choose-store', 'none'] as const
export type Remedy = (typeof remedies)[number]

type CatalogRow = { readonly remedy: Remedy; readonly retryable: boolean; readonly message: string }

/**
 * Every code that may leave the vault process, with the sentence a person reads. A sentence is fixed text:
 * it never quotes a value, because the values that fail are the secret ones.
 */
export const problemCatalog = {
  SIGN_IN_REQUIRED: row('sign-in', false, 'There is no usable sign-in for this service. Sign in again.'),
  SIGN_IN_CANCELLED: row('none', false, 'The sign-in was cancelled. Nothing was changed.'),
  SIGN_IN_DENIED: row('sign-in', false, 'The provider did not allow the sign-in. Nothing was changed.'),
  SIGN_IN_TIMED_OUT: row(
    'sign-in',
    true,
    'Nobody finished the sign-in in time. Try again when you’re ready.'
  ),
  SCOPE_MISSING: row('sign-in', false, 'The sign-in lacks a required scope. Sign in again and allow it.'),
  REFRESH_REJECTED: row(
    'sign-in',
    false,
    'The provider ended this sign-in. Nothing was deleted; sign in again.'
  ),
  ROTATION_LOST: row(
    'sign-in',
    false,
    'The last refresh was interrupted before its answer was stored, so the token here is out of date. Nothing was deleted; sign in again.'
  ),
  CLIENT_CHANGED: row(
    'sign-in',
    false,
    'The client ID or secret was changed after the sign-in, and the provider refuses it. Restore the former client, or sign in again.'
  ),
  CLIENT_REFUSED: row(
    'none',
    false,
    'The provider refuses the client of this sign-in. The sign-in is kept; check the client ID and the client secret.'
  ),
  CONSENT_REQUIRED: row(
    'sign-in',
    false,
    'The provider requires your consent again, perhaps because the scopes changed. Nothing was deleted; sign in again.'
  ),
  REFRESH_UNREACHABLE: row(
    'retry',
    true,
    'The provider can’t be reached. Latchkey keeps the sign-in and tries again.'
  ),
  CERTIFICATE_REFUSED: row(
    'retry',
    true,
    'This computer does not trust the provider’s certificate, so nothing was sent. Check the network, its proxy and the date of this computer.'
  ),
  PROXY_REFUSED: row(
    'retry',
    true,
    'The proxy of policy.yaml did not open a way to the host, so nothing was sent. Check its address, then try again.'
  ),
  PROVIDER_UNREACHABLE: row(
    'retry',
    true,
    'The provider can’t be reached. Check the address and the network, then try again.'
  ),
  PROVIDER_REFUSED: row(
    'none',
    false,
    'A security check of the provider’s response failed. Check the issuer URL and the client ID.'
  ),
  PORT_BUSY: row(
    'retry',
    true,
    'The local port that the provider sends people back to is in use. Free it, then try again.'
  ),
  KEYCHAIN_UNAVAILABLE: row(
    'choose-store',
    true,
    'The keychain of this computer does not answer. Start it, or allow encrypted files: in Settings, or on the command line with LATCHKEY_STORE=file.'
  ),
  KEYCHAIN_LOCKED: row('unlock', true, 'The keychain is locked. Unlock it and try again.'),
  KEYCHAIN_DENIED: row('unlock', true, 'The keychain refused access. Allow Latchkey in it and try again.'),
  KEYCHAIN_TIMEOUT: row(
    'retry',
    true,
    'The keychain did not answer in time. Look for an unlock prompt, then try again.'
  ),
  KEYCHAIN_DUPLICATE: row(
    'none',
    true,
    'The keychain holds two entries for this credential. In the keychain’s own app, keep the one whose name begins with “keyring:” and remove the other, which another program added.'
  ),
  VAULT_LOCKED: row('unlock', true, 'The vault is locked. Unlock it first.'),
  CREDENTIAL_UNREADABLE: row(
    'none',
    false,
    'The stored entry can’t be read. It was left untouched; sign in again to replace it.'
  ),
  STORE_WRITE_FAILED: row(
    'retry',
    true,
    'The credential could not be stored. The previous one is unchanged; free some space or check the store.'
  ),
  DIALOG_NOT_SHOWN: row(
    'retry',
    true,
    'The system closed its file dialog before it could be seen, so nothing was read or written. Try again. The commands “latchkey export” and “latchkey import” need no dialog.'
  ),
  APPROVAL_DENIED: row('none', false, 'The use of this credential was not approved.'),
  APPROVAL_PENDING: row(
    'retry',
    true,
    'This needs your approval, and nothing was sent. Answer it in Latchkey’s window or with “latchkey approvals” in a terminal, then try again.'
  ),
  ORIGIN_NOT_ALLOWED: row('none', false, 'This credential may not be sent to that host.'),
  BROKER_UNREACHABLE: row('retry', true, 'Latchkey is not running. Start it and try again.'),
  PROTOCOL_MISMATCH: row('none', false, 'This client and Latchkey speak different versions. Update both.'),
  UNKNOWN_SERVICE: row('none', false, 'There is no credential with that name.'),
  CONFIG_INVALID: row('none', false, 'A setting is not valid.'),
  INVALID_REQUEST: row('none', false, 'The request was not understood.'),
  INTERNAL: row('retry', true, 'Something went wrong inside Latchkey. Try again.')
} as const satisfies Record<string, CatalogRow>

function row(remedy: Remedy, retryable: boolean, message: string): CatalogRow {
  return { remedy, retryable, message }
}

export type ProblemCode = keyof typeof problemCatalog

const entryCodes: ReadonlySet<ProblemCode> = new Set(['CREDENTIAL_UNREADABLE', 'KEYCHAIN_DUPLICATE'])

/** A problem of one stored entry: it can not be read, and every other one can be asked for. */
export function isEntryProblem(error: unknown): error is VaultError {
  return error instanceof VaultError && entryCodes.has(error.code)
}

export const problemCodes = Object.keys(problemCatalog) as [ProblemCode, ...ProblemCode[]]

/** What a problem looks like outside the vault process: no cause, no stack, no value. */
export type Problem = {
  readonly code: ProblemCode
  readonly remedy: Remedy
  readonly retryable: boolean
  readonly message: string
}

/** Handlers of IPC and socket answer with a Result and never throw: Electron passes only `message` across. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem }

type VaultErrorOptions = {
  /** Fixed text of ours, or a name the person typed; never a value from outside. Replaces the catalog's sentence. */
  readonly message?: string
  /** Evidence for the vault process alone; never leaves it. */
  readonly cause?: unknown
}

/** The one error class of the project. The code is the API, the sentence is for people, the cause is evidence. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: ProblemCode
  readonly remedy: Remedy
  readonly retryable: boolean

  constructor(code: ProblemCode, options: VaultErrorOptions = {}) {
    const { remedy, retryable, message } = problemCatalog[code]
    super(options.message ?? message)
    this.code = code
    this.remedy = remedy
    this.retryable = retryable
    // Not enumerable, so that an error that is printed does not print it.
    if (options.cause !== undefined) {
      Object.defineProperty(this, 'evidence', { value: options.cause, enumerable: false })
    }
  }
}

/**
 * The outside view of anything thrown. A foreign error becomes INTERNAL with a fixed sentence: the messages of
 * JSON.parse, new URL, fetch and execFile quote the values they choked on.
 */
export function toProblem(error: unknown): Problem {
  const known = error instanceof VaultError ? error : new VaultError('INTERNAL')
  return { code: known.code, remedy: known.remedy, retryable: known.retryable, message: known.message }
}

/** For the end of a switch over a union: a forgotten case does not compile. */
export function assertNever(value: never): never {
  throw new VaultError('INTERNAL', { message: `Unexpected case of type ${typeof value}.` })
}
