import type { DeviceCode } from '#shared/device-code.ts'
import type { DiscoveryReport } from '#shared/sign-in.ts'
import type { OAuthGrant, TokenSet } from './credential-record.ts'
import type { OAuthProvider, ProviderRedirect } from './provider.ts'
import type { Secret } from './secret.ts'

/** `lacks`: scopes that the server wants beside those that were granted; absent: it named none. */
export type TokenAnswer = {
  readonly works: boolean
  readonly text: string
  readonly lacks?: readonly string[]
}

export type AuthorizationRequest = {
  readonly provider: OAuthProvider
  readonly client: { readonly id: string; readonly secret: Secret | null }
  readonly scopes: readonly string[]
  /** Set on a repeated sign-in: account to suggest to the provider (`login_hint`). */
  readonly loginHint: string | null
}

/** What redeeming a code brought. */
export type AuthorizedGrant = {
  readonly tokens: TokenSet
  readonly scopesGranted: readonly string[]
  /** From the ID token; null without OpenID. */
  readonly subject: string | null
  /** `email`, `preferred_username` or `name` of the ID token or `sub`, for the account's label. */
  readonly accountLabel: string | null
}

/** One attempt: its verifier, state, nonce and port live in one closure and end with it. */
export interface PendingAuthorization {
  /** The authorization URL, for the surface. */
  readonly url: string
  /** Where the answer is to come, which a pushed request hides from the URL; null: the attempt waits for a code. */
  readonly redirectUri: string | null
  /** Resolves once, when an answer with the right state has come, by the listener or by `submit`. */
  readonly answered: Promise<void>
  /** The pasted redirect URL. Throws INVALID_REQUEST if it does not belong to this attempt; the wait goes on. */
  submit(redirectUrl: string): void
  /** After `answered`: checks the answer and redeems the code. Throws SIGN_IN_DENIED, PROVIDER_*. */
  redeem(): Promise<AuthorizedGrant>
  /** Releases the port and forgets verifier and state. Idempotent. */
  close(): Promise<void>
}

/**
 * `slow-down`: the provider wants fewer questions. `intervalMs`: the pause it names from now on; `retryAfterMs`: before the
 * next one alone. Null: it names none.
 */
export type DeviceAnswer =
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'slow-down'
      readonly intervalMs: number | null
      readonly retryAfterMs: number | null
    }
  | { readonly kind: 'granted'; readonly grant: AuthorizedGrant }

/** One attempt by a code (RFC 8628). Its device code lives in one closure and ends with it. */
export interface DeviceAuthorization {
  /** Its addresses are https, or loopback where that is allowed. */
  readonly prompt: DeviceCode
  /** Pause before every question, the first one too. */
  readonly intervalMs: number
  /** How long the code can be used from now on. */
  readonly lifetimeMs: number
  /**
   * Asks once whether the person has allowed it. Throws PROVIDER_UNREACHABLE when nothing was learned and the same
   * question may be asked again; SIGN_IN_DENIED, SIGN_IN_TIMED_OUT and PROVIDER_REFUSED are the end.
   */
  ask(): Promise<DeviceAnswer>
  /** Ends a question under way and forgets the device code. Idempotent. */
  close(): void
}

export interface OAuthClient extends McpAuthorization, PasswordAuthorization {
  discover(issuer: string): Promise<DiscoveryReport>
  begin(request: AuthorizationRequest): Promise<PendingAuthorization>
  /** Throws PROVIDER_REFUSED if the provider signs nobody in by a code, or not this client; PROVIDER_UNREACHABLE. */
  beginDevice(request: AuthorizationRequest): Promise<DeviceAuthorization>
  /** Whether `beginDevice` is worth trying: the provider's row or its metadata names the endpoint. Throws as `discover`. */
  offersDevice(provider: OAuthProvider): Promise<boolean>
  /**
   * One network refresh. Calls `onSend` right before the refresh token leaves; what it throws is thrown and nothing
   * is sent. Throws VaultError REFRESH_REJECTED (`invalid_grant` and nothing else), REFRESH_UNREACHABLE (network,
   * 408, 429, 5xx, HTML: retry later) or PROVIDER_REFUSED (every other answer).
   */
  refresh(
    grant: OAuthGrant,
    onSend: () => void
  ): Promise<{ tokens: TokenSet; scopesGranted: readonly string[] }>
  /** RFC 7009, refresh token first; at Supabase Auth the session. `unsupported`: the provider revokes nothing. Never throws. */
  revoke(grant: OAuthGrant): Promise<'yes' | 'no' | 'unsupported'>
  /** Asks who the access token is for, else the provider that gave it. Throws PROVIDER_UNREACHABLE. */
  check(grant: OAuthGrant, accessToken: Secret): Promise<TokenAnswer>
}

/** What an MCP server and its authorization server said, checked by the MCP rules. */
export type McpServer = {
  readonly resource: string
  readonly issuer: string
  readonly authorizationHost: string
  /** What a client of the person's has to be registered with. */
  readonly redirectUri: string
  /** Each of its answers names it (RFC 9207). */
  readonly namesIssuer: boolean
  /** The scopes in the server's challenge (RFC 6750 section 3); null: the challenge names none. */
  readonly asked: readonly string[] | null
  /** The scopes that it or, for the older profile, its authorization server knows. */
  readonly supported: readonly string[]
  /** The scope to renew without the person (OpenID Connect Core section 11), where it is known there; else empty. */
  readonly offline: readonly string[]
  /** It follows the MCP specification of 2025-03-26: no RFC 9728, its own authorization server. */
  readonly isOlderProfile: boolean
  /** The authorization server registers clients (RFC 7591). */
  readonly registers: boolean
}

/** A client that the authorization server made for us. */
export type RegisteredClient = {
  readonly id: string
  readonly secret: Secret | null
  readonly auth: 'none' | 'post' | 'basic'
  /** The redirect address it is registered with; absent: that of a client which a person registers. */
  readonly redirect?: ProviderRedirect
}

/** A client serves one resource, so that what one server may do with it touches no other. */
export type RegistrationWish = {
  readonly issuer: string
  readonly resource: string
  /** The ID of a client that the issuer does not know any more, which is not the answer. */
  readonly forgotten?: string
}

export interface McpAuthorization {
  /**
   * Asks the server where people sign in, and that place for its metadata. Throws INVALID_REQUEST, PROVIDER_REFUSED
   * (with the reason, also when PKCE is not visible there) or PROVIDER_UNREACHABLE.
   */
  findMcpServer(server: string): Promise<McpServer>
  /** Throws PROVIDER_REFUSED if the issuer refuses the registration, PROVIDER_UNREACHABLE without an answer. */
  registerClient(wish: RegistrationWish): Promise<RegisteredClient>
}

/** What a person typed. The password lives as long as the request does. */
export type PasswordLogin = { readonly email: string; readonly password: Secret }

export type PasswordRequest = PasswordLogin & {
  /** Its endpoints are of the kind `gotrue`. */
  readonly provider: OAuthProvider
  /** `secret`: the project's publishable key. */
  readonly client: OAuthGrant['client']
}

/** A project's address, checked. */
export type Project = {
  /** Such as `https://abcdefgh.supabase.co`. */
  readonly origin: string
  readonly host: string
  /** Below which its requests go. */
  readonly issuer: string
}

/** Sign-in with the password of a project's own, which is no OAuth. */
export interface PasswordAuthorization {
  /** The project of an address as a person typed it. Throws INVALID_REQUEST. */
  projectAt(address: string): Project
  /**
   * One request; the password is in no error and nowhere after it. Throws SIGN_IN_DENIED with what to do,
   * INVALID_REQUEST for a key that must not be kept, CLIENT_REFUSED for one that is not taken, PROVIDER_*.
   */
  signInWithPassword(request: PasswordRequest): Promise<AuthorizedGrant>
}
