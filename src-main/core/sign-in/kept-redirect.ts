import type { CatalogEntry } from '../credential-record.ts'
import type { OAuthProvider, ProviderRedirect } from '../provider.ts'

/**
 * The row with the redirect path that this client is registered with at this issuer, as far as a kept sign-in shows
 * it: an issuer may name itself in its answers today and may not have done so then, or the other way round. One that
 * did has to go on doing it.
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

/** Host and ports may have been changed in the row since then. */
export function withPathOf(redirect: ProviderRedirect, { path }: ProviderRedirect): ProviderRedirect {
  return { ...redirect, path }
}

/** Whether a row has the address that Latchkey makes for an issuer, so that nobody chose it. */
export function isIssuersOwn({ path }: ProviderRedirect): boolean {
  return /^\/callback\/[0-9a-f]{16}$/.test(path)
}
