import { createHash } from 'node:crypto'
import type { OAuthProvider, ProviderRedirect } from '../../core/provider.ts'
import { genericProvider } from '../provider-rows/base.ts'

/**
 * Known facts about servers that a person names by their own address: a tenant, a realm, a self-hosted
 * server.
 */
type IssuerFamily = {
  readonly name: string
  readonly isOne: (issuer: URL, scopes: readonly string[]) => boolean
  readonly differences: Partial<Pick<OAuthProvider, 'embedded' | 'help' | 'redirect' | 'refresh' | 'source'>>
}

const { redirect, refresh } = genericProvider

const isOkta = (host: string): boolean => host.endsWith('.okta.com') || host.endsWith('.oktapreview.com')

const families: readonly IssuerFamily[] = [
  {
    name: 'Auth0',
    isOne: ({ hostname }) => hostname.endsWith('.auth0.com'),
    differences: {
      // Rotation is a switch of the application. If it is on, reuse of an old token ends the whole grant.
      refresh: { ...refresh, graceSeconds: 0 },
      help: 'https://manage.auth0.com',
      source: 'auth0.com/docs: Refresh token rotation'
    }
  },
  {
    name: 'Okta, the server of an organization',
    isOne: ({ hostname, pathname }) => isOkta(hostname) && pathname === '/',
    differences: {
      // A new refresh token expires when the first one would have.
      refresh: { ...refresh, graceSeconds: 30, lifeDays: 90 },
      help: 'https://developer.okta.com/docs/guides/refresh-tokens/main/',
      source: 'developer.okta.com: Refresh access tokens; support.okta.com: Refresh Token Expiration Behavior'
    }
  },
  {
    name: 'Okta',
    isOne: ({ hostname }) => isOkta(hostname),
    differences: {
      refresh: { ...refresh, graceSeconds: 30 },
      help: 'https://developer.okta.com/docs/guides/refresh-tokens/main/',
      source: 'developer.okta.com: Refresh access tokens'
    }
  },
  {
    name: 'Keycloak',
    isOne: ({ pathname }) => /\/realms\/[^/]+\/?$/.test(pathname),
    // Rotation is a switch of the realm ("Revoke Refresh Token").
    differences: { embedded: 'ok', source: 'Red Hat build of Keycloak 26: Securing applications' }
  },
  {
    name: 'Microsoft Entra, one tenant',
    isOne: ({ hostname }) => hostname === 'login.microsoftonline.com',
    differences: {
      // The literal address is accepted only for clients whose manifest was changed by hand.
      redirect: { ...redirect, host: 'localhost' },
      embedded: 'ok',
      refresh: { ...refresh, rotates: true, idleDays: 90 },
      help: 'https://entra.microsoft.com',
      source: 'learn.microsoft.com: Redirect URI restrictions, Refresh tokens'
    }
  },
  {
    name: 'GitLab, self-hosted',
    isOne: (_issuer, scopes) => scopes.includes('read_user') && scopes.includes('read_repository'),
    differences: {
      refresh: { ...refresh, rotates: true, sendsRedirectUri: true },
      source: 'docs.gitlab.com: OAuth 2.0 identity provider API'
    }
  },
  {
    name: 'Supabase',
    isOne: ({ hostname, pathname }) =>
      hostname.endsWith('.supabase.co') && pathname.replace(/\/$/, '') === '/auth/v1',
    differences: {
      help: 'https://supabase.com/dashboard',
      source: 'supabase.com/docs: OAuth 2.1 server'
    }
  }
]

/** Differences of the issuer's family; empty if it belongs to none. `scopes`: `scopes_supported`. */
export function familyDifferences(issuer: string, scopes: readonly string[]): IssuerFamily['differences'] {
  const url = new URL(issuer)
  return families.find(({ isOne }) => isOne(url, scopes))?.differences ?? {}
}

const MARK_LENGTH = 16

/** A short hash that stands for an issuer in its own redirect URI. */
export function issuerMark(issuer: string): string {
  return createHash('sha256').update(issuer).digest('hex').slice(0, MARK_LENGTH)
}

/**
 * The redirect path for answers of this issuer. With a shared path an issuer could send the browser on to
 * another issuer, and would get that issuer's code (RFC 9700 section 4.4). So the path is shared only if
 * every answer names its issuer (RFC 9207); otherwise it is the issuer's own.
 */
export function issuerPath(issuer: string, namesIssuer: boolean): string {
  const { path } = genericProvider.redirect
  return namesIssuer ? path : `${path}/${issuerMark(issuer)}`
}

type Issuer = { readonly issuer: string; readonly scopes: readonly string[]; readonly namesIssuer: boolean }

/** The redirect that a person registers at their own issuer, with the known differences of its family. */
export function issuerRedirect({ issuer, scopes, namesIssuer }: Issuer): ProviderRedirect {
  const { redirect = genericProvider.redirect } = familyDifferences(issuer, scopes)
  return { ...redirect, path: issuerPath(issuer, namesIssuer) }
}
