// What programs see of the client. The types of the package are made from this file alone, so it imports nothing.

/** A problem that Latchkey answers with: a stable code, such as `APPROVAL_DENIED`, and a sentence that says what to do. */
export class LatchkeyError extends Error {
  override readonly name: string = 'LatchkeyError'
  readonly code: string
  /** What Latchkey itself says, and what a person can do about it. It holds no part of a secret. */
  readonly help: string

  constructor(message: string, { code, help = message }: { readonly code: string; readonly help?: string }) {
    super(message)
    this.code = code
    this.help = help
  }
}

/** There is no token, it lacks a scope, or it has expired: the person has to sign in, or hand in a new one. */
export class AuthenticationRequired extends LatchkeyError {
  override readonly name: string = 'AuthenticationRequired'
}

/** The provider refused to renew an expired token, so it is an `AuthenticationRequired`, too. */
export class RefreshError extends AuthenticationRequired {
  override readonly name: string = 'RefreshError'
}

/** The question waits for the person, in Latchkey’s window or “latchkey approvals”. Then it can be asked for again. */
export class ApprovalRequired extends LatchkeyError {
  override readonly name: string = 'ApprovalRequired'
}

export type ConnectOptions = {
  /**
   * Absolute path of the key that `latchkey pair` wrote: the program asks under its own name. Left out:
   * LATCHKEY_CLIENT_KEY, and without that the person's terminal.
   */
  readonly keyFile?: string
}

/** A token that the program got elsewhere. */
export type NewToken = {
  readonly accessToken: string
  readonly refreshToken?: string | null
  /** Seconds; one hour if it is left out. Null: it does not expire. */
  readonly expiresIn?: number | null
  readonly scopes?: readonly string[]
}

export type Which = {
  /** Left out: the only account of the service; of a new token the account `default`. */
  readonly account?: string
}

export type SetOptions = Which & {
  /** Client that the tokens were given to, for a service that people sign in to: then Latchkey can renew them. */
  readonly clientId?: string
  /** Replaces an entry that the person has added; it is asked about in Latchkey’s window, if that is open. */
  readonly replace?: boolean
}

export type AskOptions = Which & {
  /** Scope that the token has to have. */
  readonly scope?: string
  /** Why, for the person who is asked. */
  readonly reason?: string
  /** False: fail at once if the person has to be asked in a window, and do not wait for the answer. */
  readonly waits?: boolean
}

/** What is known of a token. It never holds the token. */
export type TokenMetadata = {
  readonly account: string
  /** ISO 8601 in UTC. Null: it does not expire, or nobody said when. */
  readonly expiresAt: string | null
  readonly scopes: readonly string[]
  readonly createdAt: string
  /** Latchkey refreshes it automatically. */
  readonly isRenewable: boolean
}

/** A request with a credential: what `fetch` takes, and which credential. Redirects are given back, not followed. */
export type RequestOptions = RequestInit & AskOptions

/** Latchkey, as programs use it. Every method rejects with `LatchkeyError` and its kinds. */
export type Latchkey = {
  /**
   * Sends a request with the credential of a service, as `fetch` would, after the person has allowed it. The program
   * never holds the credential, and echoes of it are removed from the answer.
   */
  request(service: string, url: string | URL, options?: RequestOptions): Promise<Response>
  /** Keeps a token in the person's store. What a program has set it may set again. Only for the person's own programs. */
  setToken(service: string, token: NewToken, options?: SetOptions): Promise<void>
  /**
   * Gives the value out, renewed if it has expired, after the person has allowed exactly that. Whoever has the value
   * can use it anywhere; `request` needs no value.
   */
  getToken(service: string, options?: AskOptions): Promise<string>
  /** True if a token can be had without a sign-in. Nobody is asked, and the store is not opened. */
  isAuthenticated(service: string, options?: Which & { readonly scope?: string }): Promise<boolean>
  /** What this client has last heard of a token; never a token. Null: it has not asked yet, or there is none. */
  getCachedMetadata(service: string, options?: Which): TokenMetadata | null
  /** Removes the token; a sign-in is revoked at its provider, too. False: there was none. */
  clearToken(service: string, options?: Which): Promise<boolean>
}

/**
 * Connects a program to the vault of the person, and starts the vault if none runs. The home is that of LATCHKEY_HOME,
 * or the person's own. Rejects with LatchkeyError: BROKER_UNREACHABLE if there is no vault to be had, CONFIG_INVALID
 * for a setting that is not valid.
 */
export declare function connect(options?: ConnectOptions): Promise<Latchkey>
