import type { ProviderRedirect } from '../provider.ts'
import type { Secret } from '../secret.ts'

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
