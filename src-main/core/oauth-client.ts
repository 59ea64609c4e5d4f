import type { DeviceCode } from '#shared/device-code.ts'
import type { DiscoveryReport } from '#shared/sign-in.ts'
import type { OAuthGrant, TokenSet } from './credential-record.ts'
import type { OAuthProvider, ProviderRedirect } from './provider.ts'
import type { Secret } from './secret.ts'

/** `lacks`: scopes that the server wants beyond the granted ones. Absent: it named none. */
export type TokenAnswer = {
  readonly works: boolean
  readonly text: string
  readonly lacks?: readonly string[]
}

export type AuthorizationRequest = {
  readonly provider: OAuthProvider
  readonly client: { readonly id: string; readonly secret: Secret | null }
  readonly scopes: readonly string[]
  /** Account to suggest to the provider (`login_hint`). Null: none. */
  readonly loginHint: string | null
}

/** The result of redeeming a code. */
export type AuthorizedGrant = {
  readonly tokens: TokenSet
  readonly scopesGranted: readonly string[]
  /** `sub` of the ID token. Null without OpenID. */
  readonly subject: string | null
  /** Label for the account: `email`, `preferred_username`, `name` or `sub` of the ID token. */
  readonly accountLabel: string | null
}

/** One sign-in attempt. Its verifier, state, nonce and port exist only in one closure and end with it. */
export interface PendingAuthorization {
  /** The authorization URL, for the surface. */
  readonly url: string
  /**
   * Redirect URI for the answer; a pushed authorization request hides it from the URL. Null: the attempt
   * waits for a code.
   */
  readonly redirectUri: string | null
  /** Resolves once, when an answer with the right state arrives through the listener or `submit`. */
  readonly answered: Promise<void>
  /**
   * Takes a pasted redirect URL. Throws INVALID_REQUEST if it belongs to another attempt; the wait goes on.
   */
  submit(redirectUrl: string): void
  /** Checks the answer and redeems the code; called after `answered`. Throws SIGN_IN_DENIED, PROVIDER_*. */
  redeem(): Promise<AuthorizedGrant>
  /** Releases the port and forgets verifier and state. Idempotent. */
  close(): Promise<void>
}

/**
 * `slow-down`: the provider wants fewer requests. `intervalMs`: its pause before each further request;
 * `retryAfterMs`: its pause before the next request only. Null: it names none.
 */
export type DeviceAnswer =
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'slow-down'
      readonly intervalMs: number | null
      readonly retryAfterMs: number | null
    }
  | { readonly kind: 'granted'; readonly grant: AuthorizedGrant }

/**
 * One sign-in attempt by a device code (RFC 8628). The device code exists only in one closure and ends with
 * it.
 */
export interface DeviceAuthorization {
  /** Code and addresses for the person. The addresses are https, or loopback where that is allowed. */
  readonly prompt: DeviceCode
  /** Pause before every request, also before the first. */
  readonly intervalMs: number
  /** Milliseconds until the code expires. */
  readonly lifetimeMs: number
  /**
   * Asks the provider once whether the person has allowed the sign-in. Throws PROVIDER_UNREACHABLE if there
   * was no answer and the same request may be repeated. SIGN_IN_DENIED, SIGN_IN_TIMED_OUT and
   * CLIENT_REFUSED and PROVIDER_REFUSED end the attempt.
   */
  ask(): Promise<DeviceAnswer>
  /** Ends a request under way and forgets the device code. Idempotent. */
  close(): void
}

export interface OAuthClient extends McpAuthorization, PasswordAuthorization {
  discover(issuer: string): Promise<DiscoveryReport>
  begin(request: AuthorizationRequest): Promise<PendingAuthorization>
  /**
   * Throws CLIENT_REFUSED if the provider refuses sign-in by code, in general or for this client;
   * PROVIDER_UNREACHABLE.
   */
  beginDevice(request: AuthorizationRequest): Promise<DeviceAuthorization>
  /**
   * True if the provider's row or its metadata names the device endpoint, so that `beginDevice` is worth
   * trying. Throws as `discover`.
   */
  offersDevice(provider: OAuthProvider): Promise<boolean>
  /**
   * Makes one refresh request. Calls `onSend` right before the refresh token is sent; if `onSend` throws, its
   * error is passed on and nothing is sent. Throws VaultError REFRESH_REJECTED (only for `invalid_grant`),
   * REFRESH_UNREACHABLE (network, 408, 429, 5xx, HTML: retry later) or PROVIDER_REFUSED (every other answer).
   */
  refresh(
    grant: OAuthGrant,
    onSend: () => void
  ): Promise<{ tokens: TokenSet; scopesGranted: readonly string[] }>
  /**
   * Revokes the grant (RFC 7009), the refresh token first; at Supabase Auth, the session. `unsupported`: the
   * provider has no revocation. Never throws.
   */
  revoke(grant: OAuthGrant): Promise<'yes' | 'no' | 'unsupported'>
  /**
   * Tests the access token at the server that it is for, else at the provider that issued it. Throws
   * PROVIDER_UNREACHABLE.
   */
  check(grant: OAuthGrant, accessToken: Secret): Promise<TokenAnswer>
}

/** Metadata of an MCP server and its authorization server, checked by the MCP rules. */
export type McpServer = {
  readonly resource: string
  readonly issuer: string
  readonly authorizationHost: string
  /** Redirect URI to register with a client of the person's own. */
  readonly redirectUri: string
  /** The issuer names itself in each of its answers (RFC 9207). */
  readonly namesIssuer: boolean
  /** The scopes in the server's challenge (RFC 6750 section 3); null: the challenge names none. */
  readonly asked: readonly string[] | null
  /** Scopes known to the server or, in the older profile, to its authorization server. */
  readonly supported: readonly string[]
  /**
   * Scope that allows refreshes without the person (OpenID Connect Core section 11). Empty: it is unknown
   * there.
   */
  readonly offline: readonly string[]
  /** The server follows the MCP specification of 2025-03-26: no RFC 9728, its own authorization server. */
  readonly isOlderProfile: boolean
  /** The authorization server registers clients (RFC 7591). */
  readonly registers: boolean
}

/** A client that the authorization server registered for us. */
export type RegisteredClient = {
  readonly id: string
  readonly secret: Secret | null
  readonly auth: 'none' | 'post' | 'basic'
  /**
   * Redirect URI that the client is registered with. Absent: the address for a client that a person
   * registers.
   */
  readonly redirect?: ProviderRedirect
}

/**
 * The request for a new client. A client serves one resource, so that one server cannot affect another
 * through it.
 */
export type RegistrationWish = {
  readonly issuer: string
  readonly resource: string
  /** ID of a client that the issuer no longer knows; the new client has to be another one. */
  readonly forgotten?: string
}

export interface McpAuthorization {
  /**
   * Asks the server for its authorization server, and that authorization server for its metadata. Throws
   * INVALID_REQUEST, PROVIDER_REFUSED (with the reason; also if the metadata does not show PKCE) or
   * PROVIDER_UNREACHABLE.
   */
  findMcpServer(server: string): Promise<McpServer>
  /**
   * Throws PROVIDER_REFUSED if the issuer refuses the registration, PROVIDER_UNREACHABLE without an answer.
   */
  registerClient(wish: RegistrationWish): Promise<RegisteredClient>
}

/** E-mail and password that a person typed. The password is kept only as long as the request. */
export type PasswordLogin = { readonly email: string; readonly password: Secret }

export type PasswordRequest = PasswordLogin & {
  /** Provider with endpoints of the kind `gotrue`. */
  readonly provider: OAuthProvider
  /** `secret`: the project's publishable key. */
  readonly client: OAuthGrant['client']
}

/** The checked address of a project. */
export type Project = {
  /** Such as `https://abcdefgh.supabase.co`. */
  readonly origin: string
  readonly host: string
  /** Base address of the project's requests. */
  readonly issuer: string
}

/** Sign-in with e-mail and password at a project, which is not OAuth. */
export interface PasswordAuthorization {
  /** Returns the project of an address that a person typed. Throws INVALID_REQUEST. */
  projectAt(address: string): Project
  /**
   * Sends one request. The password appears in no error and is not kept afterwards. Throws SIGN_IN_DENIED
   * with advice, INVALID_REQUEST for a key that must not be kept, CLIENT_REFUSED for a key that the project
   * refuses, PROVIDER_*.
   */
  signInWithPassword(request: PasswordRequest): Promise<AuthorizedGrant>
}
