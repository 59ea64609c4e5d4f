import type {
  ApiKeyProvider,
  OAuthProvider,
  ProviderEndpoints,
  ProviderRedirect,
  RefreshRules
} from '../../core/provider.ts'

/** Day on which the rows of this folder were checked against their sources. */
export const CHECKED_ON = '2026-11-21'

/**
 * The port that a person registers with a provider that compares redirect URIs exactly. It is below
 * the range from which systems choose ports, so it is seldom taken.
 */
export const FIXED_PORT = 28_417

const refresh: RefreshRules = {
  rotates: null,
  graceSeconds: null,
  url: null,
  params: {},
  sendsRedirectUri: false,
  idleDays: null,
  lifeDays: null
}

/** The defaults of a provider without a row: an issuer with metadata and a public client. */
export const genericProvider = {
  kind: 'oauth',
  clientAuth: 'none',
  scopeSeparator: { request: ' ', response: ' ' },
  redirect: { host: '127.0.0.1', ports: [], path: '/callback' },
  surfaces: ['window', 'browser'],
  embedded: 'unknown',
  refresh,
  tokensAt: [],
  errorCodes: {},
  tokenRequest: 'form',
  resource: null,
  dpop: false,
  status: 'documented',
  authorizationParams: {},
  missingLifetime: 'unknown',
  help: null,
  source: 'RFC 8414, OpenID Connect Discovery 1.0',
  checkedOn: CHECKED_ON
} as const satisfies Partial<OAuthProvider>

type Named = Pick<OAuthProvider, 'id' | 'name' | 'endpoints' | 'scopes' | 'help' | 'source'>
type Differences = Partial<Omit<OAuthProvider, keyof Named | 'kind' | 'refresh' | 'redirect'>> & {
  readonly refresh?: Partial<RefreshRules>
  readonly redirect?: Partial<ProviderRedirect>
}

/** Makes a row: the generic provider with the differences of this one. */
export function oauthRow(row: Named & Differences): OAuthProvider {
  return {
    ...genericProvider,
    ...row,
    refresh: { ...genericProvider.refresh, ...row.refresh },
    redirect: { ...genericProvider.redirect, ...row.redirect }
  }
}

type Fixed = Extract<ProviderEndpoints, { kind: 'fixed' }>
type Needed = 'issuer' | 'authorization' | 'token'

/** Endpoints of a provider without metadata, or whose metadata says less than its documents. */
export function fixed(
  endpoints: Pick<Fixed, Needed> & Partial<Omit<Fixed, Needed | 'kind'>>
): ProviderEndpoints {
  return {
    kind: 'fixed',
    revocation: null,
    userinfo: null,
    deviceAuthorization: null,
    introspection: null,
    ...endpoints
  }
}

/** `localhost` with one port, for providers that compare redirect URIs exactly. */
export const exactRedirect: Pick<ProviderRedirect, 'host' | 'ports'> = {
  host: 'localhost',
  ports: [FIXED_PORT]
}

/** The scopes of a row; a description that begins with `+` marks a scope that is requested by default. */
export function scopeRows(scopes: Readonly<Record<string, string>>): OAuthProvider['scopes'] {
  return Object.entries(scopes).map(([scope, words]) => ({
    scope,
    description: words.replace(/^\+/, ''),
    byDefault: words.startsWith('+')
  }))
}

type KeyRow = Omit<ApiKeyProvider, 'kind' | 'checkedOn'> & Partial<Pick<ApiKeyProvider, 'checkedOn'>>

/**
 * The row of a service that issues keys. `keyPrefixes`: their public first letters, to detect a wrong paste
 * early.
 */
export function keyRow(row: KeyRow): ApiKeyProvider {
  return { kind: 'api-key', checkedOn: CHECKED_ON, ...row }
}
