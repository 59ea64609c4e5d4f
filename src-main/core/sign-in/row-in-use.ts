import type { OAuthProvider, ProviderEndpoints } from '../provider.ts'
import { isIssuersOwn, withPathOf } from './kept-redirect.ts'
import type { ProviderDirectory } from './sign-in-plan.ts'

/**
 * The row to sign in again with: that of the directory as it is today, with what was learned of the provider since the
 * sign-in, where it still stands for the same server; else the one that is kept with the grant.
 */
export function rowInUse(stored: OAuthProvider, providers: Pick<ProviderDirectory, 'find'>): OAuthProvider {
  const row = providers.find(stored.id)
  if (row?.kind !== 'oauth' || !isSameServer(row.endpoints, stored.endpoints)) return stored
  // The client is registered with the path that was shown then; one that a person or a service sets is as it is now.
  const isOwn = isIssuersOwn(row.redirect)
  const redirect = isOwn ? withPathOf(row.redirect, stored.redirect) : row.redirect
  return { ...row, resource: stored.resource, redirect }
}

function isSameServer(one: ProviderEndpoints, other: ProviderEndpoints): boolean {
  if (one.issuer !== other.issuer || one.kind !== other.kind) return false
  if (one.kind !== 'fixed' || other.kind !== 'fixed') return true
  return one.authorization === other.authorization && one.token === other.token
}
