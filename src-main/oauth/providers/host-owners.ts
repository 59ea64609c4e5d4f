import type { OAuthProvider } from '../../core/provider.ts'
import { oauthRows } from './providers.ts'

/**
 * Whether `host` is one of a built-in provider while `issuer` is somebody else: an issuer that sends people there wants
 * somebody else's codes. A provider may have several hosts, and tenants of one server each have an issuer there.
 */
export function isHostOfAnother(host: string, issuer: string): boolean {
  const own = new URL(issuer).host
  if (own === host) return false
  return oauthRows.some((row) => hasNameOf(row, host) && !(isOf(row, own) && isOf(row, host)))
}

/**
 * Of the addresses of one provider, the first that does not belong where the others do: as soon as one is that of a
 * built-in provider, all of them have to be. Null: they belong together.
 */
export function strangerAmong(addresses: readonly string[]): string | null {
  const hosts = addresses.map((address) => new URL(address).host)
  const owners = oauthRows.filter((row) => hosts.some((host) => hasNameOf(row, host)))
  const isAtHome = (host: string): boolean => owners.every((row) => isOf(row, host))
  return addresses.find((_address, index) => !isAtHome(hosts[index] ?? '')) ?? null
}

/** The same whatever the port: another port of a provider's host is not the provider's, and looks as if it were. */
function hasNameOf(row: OAuthProvider, host: string): boolean {
  return isOf(row, host.replace(/:\d+$/, ''))
}

/** The hosts of a row, and what lies below them: `www` there leads to the same page. */
function isOf({ endpoints }: OAuthProvider, host: string): boolean {
  const { kind: _kind, ...addresses } = endpoints
  return Object.values(addresses)
    .filter((address) => address !== null)
    .map((address) => new URL(address).host.replace(/^www\./, ''))
    .some((known) => host === known || host.endsWith(`.${known}`))
}
