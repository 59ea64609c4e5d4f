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
  readonly scopes: readonly string[]
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

export interface McpAuthorization {
  /**
   * Asks the server where people sign in, and that place for its metadata. Throws INVALID_REQUEST, PROVIDER_REFUSED
   * (with the reason, also when PKCE is not visible there) or PROVIDER_UNREACHABLE.
   */
  findMcpServer(server: string): Promise<McpServer>
  /**
   * `forgotten`: the id of a client that the issuer does not know any more, which is not the answer. Throws
   * PROVIDER_REFUSED if the issuer registers nobody, PROVIDER_UNREACHABLE.
   */
  registerClient(issuer: string, forgotten?: string): Promise<RegisteredClient>
}
