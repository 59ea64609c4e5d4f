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
    }

/** An authorization server and how it differs from the RFCs. Data only: choosing is done by pure functions. */
export type OAuthProvider = {
  readonly kind: 'oauth'
  readonly id: ServiceId
  readonly name: string
  readonly endpoints: ProviderEndpoints
  readonly clientAuth: 'none' | 'post' | 'basic'
  readonly scopes: readonly ScopeRow[]
  readonly scopeSeparator: { readonly request: ' ' | ','; readonly response: ' ' | ',' }
  /** Host of the loopback redirect; `localhost` only for a provider that refuses the literal address. */
  readonly redirectHost: '127.0.0.1' | 'localhost'
  readonly embedded: 'ok' | 'forbidden' | 'unknown'
  /** Further parameters of the authorization request, such as `access_type=offline`. */
  readonly authorizationParams: Readonly<Record<string, string>>
  /** What a missing `expires_in` means at this provider. */
  readonly missingLifetime: 'never' | 'unknown'
  /** Page where a person registers a client; null if none is known. */
  readonly help: string | null
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

export type Provider = OAuthProvider | ApiKeyProvider

export type SurfaceKind = 'window' | 'browser'

/**
 * Where the provider's page is shown: the sign-in window by default (docs/adr/0003), the person's own browser
 * where the provider forbids embedding or the person prefers it.
 */
export function chooseSurface(provider: OAuthProvider, alwaysUseBrowser: boolean): SurfaceKind {
  return alwaysUseBrowser || provider.embedded === 'forbidden' ? 'browser' : 'window'
}
