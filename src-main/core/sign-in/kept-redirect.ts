import type { CatalogEntry } from '../credential-record.ts'
import type { OAuthProvider, ProviderRedirect } from '../provider.ts'

/**
 * Returns the row with the redirect path that this client is registered with at this issuer, as far as a kept
 * sign-in shows it: the issuer may have begun or stopped to name itself in its answers since then. An issuer
 * that named itself then has to go on doing so.
 */
export function withKeptRedirect(
  row: OAuthProvider,
  clientId: string,
  entries: readonly CatalogEntry[]
): OAuthProvider {
  const issuer = row.endpoints.issuer
  const kept = entries.find(
    (each) => each.clientId === clientId && each.provider?.endpoints.issuer === issuer
  )
  if (kept?.provider === undefined || kept.provider === null) return row
  const { namesIssuer } = kept.provider
  const redirect = withPathOf(row.redirect, kept.provider.redirect)
  return { ...row, redirect, ...(namesIssuer === true && { namesIssuer }) }
}

/** Returns the redirect with another path; host and ports stay as the row has them now. */
export function withPathOf(redirect: ProviderRedirect, { path }: ProviderRedirect): ProviderRedirect {
  return { ...redirect, path }
}

/** True if Latchkey made the address for an issuer, so that it was not chosen. */
export function isIssuersOwn({ path }: ProviderRedirect): boolean {
  return /^\/callback\/[0-9a-f]{16}$/.test(path)
}
