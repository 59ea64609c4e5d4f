import type { ServiceId } from '#shared/credential.ts'

export type ScopeRow = {
  readonly scope: string
  readonly description: string
  readonly byDefault: boolean
}

/** Where the endpoints come from: the issuer's own metadata, or a row of ours for providers without any. */
export type ProviderEndpoints =
  | { readonly kind: 'discovered'; readonly issuer: string }
  | {
      readonly kind: 'fixed'
      /** Stands for the issuer in lists and in mix-up checks. */
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
  /** Supabase Auth (GoTrue), which is no OAuth: password and tokens go to addresses below the issuer. */
  | { readonly kind: 'gotrue'; readonly issuer: string }

/** The loopback redirect of RFC 8252 section 7.3, and where a provider departs from it. */
export type ProviderRedirect = {
  /** `localhost` only for a provider that refuses the literal address. */
  readonly host: '127.0.0.1' | 'localhost'
  /** What a client can have registered, tried in this order; empty: the provider takes any port. */
  readonly ports: readonly number[]
  /** Begins with a slash. */
  readonly path: string
}

/** How a provider renews a grant (RFC 6749 section 6), as far as its documentation says. */
export type RefreshRules = {
  /** Whether a refresh answers with a new refresh token and ends the old one; null: not known. */
  readonly rotates: boolean | null
  /** How long the token before the last one is still taken, in seconds; null: not known. */
  readonly graceSeconds: number | null
  /** Null: the token endpoint. */
  readonly url: string | null
  readonly params: Readonly<Record<string, string>>
  /** The redirect URI that is registered is sent again. */
  readonly sendsRedirectUri: boolean
  /** A grant that nobody uses ends after this many days; null: not known, or never. */
  readonly idleDays: number | null
  /** A grant ends this many days after its sign-in, however much it is used; null: not known, or never. */
  readonly lifeDays: number | null
}

/** Where a person meets the provider: our window, their own browser, or another device with a code (RFC 8628). */
export type SurfaceKind = 'window' | 'browser' | 'device'

/** An authorization server and how it differs from the RFCs. Data only: choosing is done by pure functions. */
export type OAuthProvider = {
  readonly kind: 'oauth'
  readonly id: ServiceId
  readonly name: string
  readonly endpoints: ProviderEndpoints
  readonly clientAuth: 'none' | 'post' | 'basic'
  readonly scopes: readonly ScopeRow[]
  /** Where the scopes of a person stand in the authorization request; absent: in `scope`. */
  readonly scopeParameter?: 'user_scope'
  readonly scopeSeparator: { readonly request: ' ' | ','; readonly response: ' ' | ',' }
  readonly redirect: ProviderRedirect
  /** What the provider offers, the preferred one first. */
  readonly surfaces: readonly SurfaceKind[]
  readonly embedded: 'ok' | 'forbidden' | 'unknown'
  readonly refresh: RefreshRules
  /** The names under which the tokens lie in an answer, outermost first; empty: at its top. */
  readonly tokensAt: readonly string[]
  /** The provider's words for errors, as the OAuth error codes that they mean. */
  readonly errorCodes: Readonly<Record<string, string>>
  /** How requests to the token endpoint are encoded; RFC 6749 says `form`. */
  readonly tokenRequest: 'form' | 'json'
  /** RFC 8707: the resource that tokens are asked for; null: none is named. */
  readonly resource: string | null
  /** RFC 9449: tokens are bound to a key that is kept with the grant. */
  readonly dpop: boolean
  /** RFC 9207: every answer of it names the issuer, and one that does not is none. Absent: its metadata says so, or not. */
  readonly namesIssuer?: true
  /** Address of the MCP server that the tokens are for; absent: they are for none. */
  readonly mcpServer?: string
  /** Further parameters of the authorization request, such as `access_type=offline`. */
  readonly authorizationParams: Readonly<Record<string, string>>
  /** What a missing `expires_in` means at this provider. */
  readonly missingLifetime: 'never' | 'unknown'
  /** Page where a person registers a client; null if none is known. */
  readonly help: string | null
  /** Page where a person sees and ends what programs may do in their account; absent: none is known. */
  readonly accessPage?: string
  /** `tried`: somebody has signed in there with this row; `documented`: it was read. */
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

/** A product whose projects each sign people in by a password of their own; a project's row is made at the sign-in. */
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
 * Where the provider's page is shown: what it prefers, which for most is the sign-in window (docs/adr/0003), and the
 * person's own browser instead of the window where the provider forbids embedding, the person prefers it or the window
 * has failed before. A provider that wants a secret of everybody who comes from a page signs in by a code without one.
 */
export function chooseSurface(provider: OAuthProvider, wishes: SurfaceWishes): SurfaceKind {
  if (wishes.lacksClientSecret === true && canDoWithoutSecret(provider) && provider.clientAuth !== 'none') {
    return 'device'
  }
  const isWindowOut = wishes.alwaysUseBrowser || wishes.hasFailedEmbedded || provider.embedded === 'forbidden'
  const offered = provider.surfaces.filter((surface) => !(isWindowOut && surface === 'window'))
  return offered[0] ?? 'browser'
}

/** Whether a client of this provider may go without a secret: a public one may, and one that signs in by a code. */
export function canDoWithoutSecret({ clientAuth, surfaces }: OAuthProvider): boolean {
  return clientAuth === 'none' || surfaces.includes('device')
}

/**
 * The redirect address as a person registers it. Without a port where the provider takes any of them (RFC 8252
 * section 7.3), so that it is then not the address of one sign-in but what stands for all of them.
 */
export function registeredRedirect({ redirect }: OAuthProvider): string {
  return redirectUri(redirect)
}

export function redirectUri({ host, ports, path }: ProviderRedirect): string {
  const port = ports[0]
  return `http://${host}${port === undefined ? '' : `:${String(port)}`}${path}`
}
