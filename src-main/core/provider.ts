import type { ServiceId } from '#shared/credential.ts'

export type ScopeRow = {
  readonly scope: string
  readonly description: string
  readonly byDefault: boolean
}

/** Source of the endpoints: the issuer's own metadata, or a row of ours for providers without metadata. */
export type ProviderEndpoints =
  | { readonly kind: 'discovered'; readonly issuer: string }
  | {
      readonly kind: 'fixed'
      /** Issuer as lists and mix-up checks name it. */
      readonly issuer: string
      readonly authorization: string
      readonly token: string
      readonly revocation: string | null
      readonly userinfo: string | null
      /** RFC 8628; null: no device authorization. */
      readonly deviceAuthorization: string | null
      /** RFC 7662. */
      readonly introspection: string | null
    }
  /** Supabase Auth (GoTrue), which is not OAuth: password and tokens go to addresses below the issuer. */
  | { readonly kind: 'gotrue'; readonly issuer: string }

/** The loopback redirect of RFC 8252 section 7.3, with a provider's deviations from it. */
export type ProviderRedirect = {
  /** `localhost` only for a provider that refuses the literal address. */
  readonly host: '127.0.0.1' | 'localhost'
  /** Ports that a client can have registered, tried in this order. Empty: the provider accepts any port. */
  readonly ports: readonly number[]
  /** Begins with a slash. */
  readonly path: string
}

/** The refresh rules of a provider (RFC 6749 section 6), as far as its documentation names them. */
export type RefreshRules = {
  /** True if a refresh returns a new refresh token and ends the old one. Null: unknown. */
  readonly rotates: boolean | null
  /** Seconds for which the provider still accepts the previous refresh token. Null: unknown. */
  readonly graceSeconds: number | null
  /** Refresh endpoint. Null: the token endpoint. */
  readonly url: string | null
  readonly params: Readonly<Record<string, string>>
  /** A refresh sends the registered redirect URI again. */
  readonly sendsRedirectUri: boolean
  /** Days after which an unused grant ends. Null: unknown, or never. */
  readonly idleDays: number | null
  /** Days from the sign-in after which a grant ends, however much it is used. Null: unknown, or never. */
  readonly lifeDays: number | null
}

/** The place of a sign-in: our window, the person's own browser, or another device with a code (RFC 8628). */
export type SurfaceKind = 'window' | 'browser' | 'device'

/** An authorization server and its differences from the RFCs. Data only: pure functions make the choices. */
export type OAuthProvider = {
  readonly kind: 'oauth'
  readonly id: ServiceId
  readonly name: string
  readonly endpoints: ProviderEndpoints
  readonly clientAuth: 'none' | 'post' | 'basic'
  readonly scopes: readonly ScopeRow[]
  /** Parameter of the authorization request that holds a person's scopes. Absent: `scope`. */
  readonly scopeParameter?: 'user_scope'
  readonly scopeSeparator: { readonly request: ' ' | ','; readonly response: ' ' | ',' }
  readonly redirect: ProviderRedirect
  /** Surfaces that the provider offers, the preferred one first. */
  readonly surfaces: readonly SurfaceKind[]
  readonly embedded: 'ok' | 'forbidden' | 'unknown'
  readonly refresh: RefreshRules
  /** Names that lead to the tokens inside a response, outermost first. Empty: they are at its top. */
  readonly tokensAt: readonly string[]
  /** OAuth error codes by the provider's own error names. */
  readonly errorCodes: Readonly<Record<string, string>>
  /** Encoding of requests to the token endpoint; RFC 6749 says `form`. */
  readonly tokenRequest: 'form' | 'json'
  /** Resource that tokens are requested for (RFC 8707). Null: none. */
  readonly resource: string | null
  /** Tokens are bound to a key that is kept with the grant (RFC 9449). */
  readonly dpop: boolean
  /**
   * Every response of the provider names the issuer (RFC 9207); a response without it is refused. Absent: the
   * metadata decides.
   */
  readonly namesIssuer?: true
  /** Address of the MCP server that the tokens are for. Absent: they are for no MCP server. */
  readonly mcpServer?: string
  /** Further parameters of the authorization request, such as `access_type=offline`. */
  readonly authorizationParams: Readonly<Record<string, string>>
  /** Meaning of a missing `expires_in` at this provider. */
  readonly missingLifetime: 'never' | 'unknown'
  /** Page where a person registers a client; null if none is known. */
  readonly help: string | null
  /** Page where a person sees and ends the access of programs to their account. Absent: none is known. */
  readonly accessPage?: string
  /** `tried`: a sign-in with this row has been made; `documented`: the row comes from documentation alone. */
  readonly status: 'documented' | 'tried'
  readonly source: string
  /** Day the row was checked against its source, ISO date. */
  readonly checkedOn: string
}

/** A service that hands out keys on a page of its own. */
export type ApiKeyProvider = {
  readonly kind: 'api-key'
  readonly id: ServiceId
  readonly name: string
  readonly allowedHosts: readonly string[]
  readonly keyPrefixes: readonly string[]
  readonly help: string | null
  readonly source: string
  readonly checkedOn: string
}

/**
 * A product whose projects each have a password sign-in of their own. The row of a project is made at its
 * sign-in.
 */
export type PasswordProvider = {
  readonly kind: 'password'
  readonly id: ServiceId
  readonly name: string
  readonly help: string | null
  readonly source: string
  readonly checkedOn: string
}

export type Provider = OAuthProvider | ApiKeyProvider | PasswordProvider

/** `hasFailedEmbedded`: an earlier sign-in at this provider did not work in the window. */
export type SurfaceWishes = {
  readonly alwaysUseBrowser: boolean
  readonly hasFailedEmbedded: boolean
  /** The person gave no client secret. */
  readonly lacksClientSecret?: boolean
}

/**
 * Chooses the surface of a sign-in: the one that the provider prefers, which for most is the sign-in window
 * (docs/adr/0003). The person's own browser replaces the window if the provider forbids embedding, the person
 * prefers the browser or the window has failed before. Without a client secret, a provider that requires one
 * on its page is signed in to by a code.
 */
export function chooseSurface(provider: OAuthProvider, wishes: SurfaceWishes): SurfaceKind {
  if (wishes.lacksClientSecret === true && canDoWithoutSecret(provider) && provider.clientAuth !== 'none') {
    return 'device'
  }
  const isWindowOut = wishes.alwaysUseBrowser || wishes.hasFailedEmbedded || provider.embedded === 'forbidden'
  const offered = provider.surfaces.filter((surface) => !(isWindowOut && surface === 'window'))
  return offered[0] ?? 'browser'
}

/**
 * True if a client of this provider can do without a secret: a public client, or one that signs in by a code.
 */
export function canDoWithoutSecret({ clientAuth, surfaces }: OAuthProvider): boolean {
  return clientAuth === 'none' || surfaces.includes('device')
}

/**
 * Returns the redirect URI as a person registers it. It has no port if the provider accepts any port (RFC
 * 8252 section 7.3); then it stands for the addresses of all sign-ins.
 */
export function registeredRedirect({ redirect }: OAuthProvider): string {
  return redirectUri(redirect)
}

export function redirectUri({ host, ports, path }: ProviderRedirect): string {
  const port = ports[0]
  return `http://${host}${port === undefined ? '' : `:${String(port)}`}${path}`
}
