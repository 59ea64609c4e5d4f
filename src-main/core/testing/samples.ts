import type { ApiKey, Lifetime, OAuthGrant, TokenSet } from '../credential-record.ts'
import { HOUR } from '../tokens/lifetime.ts'
import type { OAuthProvider, ProviderEndpoints } from '../provider.ts'
import { Secret } from '../secret.ts'

export const START = new Date('2026-11-21T10:00:00Z')

export const sampleProvider: OAuthProvider = {
  kind: 'oauth',
  id: 'sso.example.net',
  name: 'Example SSO',
  endpoints: { kind: 'discovered', issuer: 'https://sso.example.net' },
  clientAuth: 'none',
  scopes: [],
  scopeSeparator: { request: ' ', response: ' ' },
  redirect: { host: '127.0.0.1', ports: [], path: '/callback' },
  surfaces: ['window', 'browser'],
  embedded: 'unknown',
  refresh: {
    rotates: null,
    graceSeconds: null,
    url: null,
    params: {},
    sendsRedirectUri: false,
    idleDays: null,
    lifeDays: null
  },
  tokensAt: [],
  errorCodes: {},
  tokenRequest: 'form',
  resource: null,
  dpop: false,
  authorizationParams: {},
  missingLifetime: 'unknown',
  help: null,
  status: 'documented',
  source: 'made up',
  checkedOn: '2026-11-21'
}

type FixedEndpoints = Extract<ProviderEndpoints, { kind: 'fixed' }>

/** Fixed endpoints with the addresses of a sign-in; `change` adds others. */
export function sampleEndpoints(change: Partial<FixedEndpoints> = {}): FixedEndpoints {
  const { issuer } = sampleProvider.endpoints
  return {
    kind: 'fixed',
    issuer,
    authorization: `${issuer}/authorize`,
    token: `${issuer}/token`,
    revocation: null,
    userinfo: null,
    deviceAuthorization: null,
    introspection: null,
    ...change
  }
}

/** Tokens that last an hour from `issuedAt`. */
export function sampleTokens(change: Partial<TokenSet> = {}): TokenSet {
  const issuedAt = change.issuedAt ?? START
  return {
    accessToken: new Secret('access-1'),
    refreshToken: new Secret('refresh-1'),
    tokenType: 'bearer',
    expiry: { kind: 'at', at: new Date(issuedAt.getTime() + HOUR) },
    issuedAt,
    ...change
  }
}

export function sampleGrant(change: Partial<OAuthGrant> = {}): OAuthGrant {
  return {
    kind: 'oauth',
    ref: { service: 'sso.example.net', account: 'alice' },
    provider: sampleProvider,
    client: { id: 'client-1', secret: null },
    clientMark: null,
    tokens: sampleTokens(),
    formerRefreshToken: null,
    scopesRequested: ['openid', 'registry:read'],
    scopesGranted: ['openid', 'registry:read'],
    subject: 'alice',
    obtainedAt: START,
    refreshedAt: null,
    ...change
  }
}

export function sampleKey(expiry: Lifetime = { kind: 'never' }): ApiKey {
  return {
    kind: 'api-key',
    ref: { service: 'stripe', account: 'default' },
    name: 'Stripe',
    key: new Secret('sk_test_abcdefghijkl'),
    allowedHosts: ['api.stripe.com'],
    expiry,
    obtainedAt: START,
    rotation: null
  }
}
