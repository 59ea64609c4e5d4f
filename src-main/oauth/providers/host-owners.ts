import type { OAuthProvider } from '../../core/provider.ts'
import { oauthRows } from './providers.ts'

/**
 * True if `host` belongs to a built-in provider and `issuer` does not: an issuer that sends people there
 * wants the codes of that provider. A provider may have several hosts, and tenants of one server each have an
 * issuer there.
 */
export function isHostOfAnother(host: string, issuer: string): boolean {
  const own = new URL(issuer).host
  if (own === host) return false
  return oauthRows.some((row) => hasNameOf(row, host) && !(isOf(row, own) && isOf(row, host)))
}

/**
 * Finds the first address of a provider that does not belong with the others: if one belongs to a built-in
 * provider, all of them must. Null: they belong together.
 */
export function strangerAmong(addresses: readonly string[]): string | null {
  const hosts = addresses.map((address) => new URL(address).host)
  const owners = oauthRows.filter((row) => hosts.some((host) => hasNameOf(row, host)))
  const isAtHome = (host: string): boolean => owners.every((row) => isOf(row, host))
  return addresses.find((_address, index) => !isAtHome(hosts[index] ?? '')) ?? null
}

/** Compares without the port: another port of a provider's host is not the provider's, but looks like it. */
function hasNameOf(row: OAuthProvider, host: string): boolean {
  return isOf(row, host.replace(/:\d+$/, ''))
}

/** True for the hosts of a row and their subdomains: `www` there leads to the same page. */
function isOf({ endpoints }: OAuthProvider, host: string): boolean {
  const { kind: _kind, ...addresses } = endpoints
  return Object.values(addresses)
    .filter((address) => address !== null)
    .map((address) => new URL(address).host.replace(/^www\./, ''))
    .some((known) => host === known || host.endsWith(`.${known}`))
}
