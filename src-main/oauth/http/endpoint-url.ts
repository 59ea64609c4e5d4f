import { BlockList, isIP } from 'node:net'
import { isPrivateName } from '../../core/private-name.ts'

const LONGEST_URL = 2048
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

export type UrlRules = {
  /** Tests and development only: plain http to this computer. */
  readonly allowLoopbackHttp: boolean
  /**
   * Refuses hosts of this computer and of private networks, for addresses that a public server names.
   * Default: any host is allowed.
   */
  readonly onlyPublic?: boolean
}

/** The rules for addresses that this server names: a public server may name only public hosts. */
export function rulesOfNamed(server: URL, { allowLoopbackHttp }: UrlRules): UrlRules {
  return {
    allowLoopbackHttp: allowLoopbackHttp && isLoopback(server), // plain http stays among servers of this computer
    onlyPublic: !isPrivateHost(server.hostname)
  }
}

/**
 * Returns an address from outside if it is safe to use and to show, else null. Metadata is hostile until it
 * has passed this check: only https (http only to loopback, if the rules allow it), no user name or password,
 * no fragment, no control character, encoded or not, and no character with a meaning for a shell. A dot after
 * the host is refused: it makes another name of the same host, which lists of hosts do not contain.
 */
export function safeUrl(text: unknown, rules: UrlRules): URL | null {
  if (typeof text !== 'string' || text.length > LONGEST_URL) return null
  if (!/^https?:\/\/[\p{L}\p{N}\-._~:/?#[\]@!&*+,;=%]+$/u.test(text)) return null
  if (/%[01][0-9a-f]|%7f/i.test(text)) return null
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '' || text.includes('#'))
    return null
  if (url.hostname.endsWith('.')) return null
  if (rules.onlyPublic === true && isPrivateHost(url.hostname)) return null
  if (url.protocol === 'https:') return url
  return rules.allowLoopbackHttp && isLoopback(url) ? url : null
}

/**
 * Returns a safe issuer, which has neither query nor fragment (RFC 8414 section 2); null for anything else.
 */
export function safeIssuer(text: unknown, rules: UrlRules): URL | null {
  const url = safeUrl(text, rules)
  return url === null || url.search !== '' || url.href.includes('?') ? null : url
}

export function isLoopback(url: URL): boolean {
  return LOOPBACK_HOSTS.has(url.hostname)
}

/**
 * Networks that are not part of the internet: IANA's special-purpose registries (RFC 6890, RFC 6761, RFC
 * 8375).
 */
const networks: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6']
]

let special: BlockList | null = null

/**
 * Creates the list at its first use, because this file is also part of test pages, where `BlockList` is
 * missing and not needed.
 */
function specialAddresses(): BlockList {
  if (special !== null) return special
  special = new BlockList()
  for (const network of networks) special.addSubnet(...network)
  return special
}

/**
 * Forms of an IPv6 address that hold an IPv4 address: mapped, compatible, NAT64 (RFC 6052), 6to4 (RFC 3056).
 * It is in the last 32 bits, or in those after 2002. A group of zeros may be left out.
 */
const embedded: readonly RegExp[] = [
  /^::(?:ffff:(?:0:)?)?([\da-f]{1,4}):([\da-f]{1,4})$/,
  /^64:ff9b::(?:([\da-f]{1,4}):)?([\da-f]{1,4})?$/,
  /^2002:(?:([\da-f]{1,4}):(?:([\da-f]{1,4}):|:)|:)/
]

/**
 * True if a host belongs to this computer or to a private network, by its address or its name; a name without
 * a dot does. `hostname` comes from `URL`, which removes other spellings of an address. Asks no name server.
 */
export function isPrivateHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const version = isIP(bare)
  if (version === 0) return isPrivateName(bare)
  return isPrivateAddress(bare, version)
}

function isPrivateAddress(address: string, version: number): boolean {
  if (version === 4) return specialAddresses().check(address, 'ipv4')
  if (specialAddresses().check(address, 'ipv6')) return true
  const inner = embedded.map((form) => form.exec(address)).find((found) => found !== null)
  return inner !== undefined && specialAddresses().check(dotted(inner[1] ?? '0', inner[2] ?? '0'), 'ipv4')
}

function dotted(high: string, low: string): string {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}

/**
 * Returns the addresses of a host from a name server; empty if it must not be asked, such as behind a proxy.
 */
export type AddressesOf = (hostname: string) => Promise<readonly string[]>

/**
 * True if `isPrivateHost` holds for the host or for one of its addresses. A name server that does not answer
 * is ignored.
 */
export async function isAtPrivateHost(
  hostname: string,
  addressesOf: AddressesOf | undefined
): Promise<boolean> {
  if (isPrivateHost(hostname)) return true
  const addresses = (await addressesOf?.(hostname).catch(() => [])) ?? []
  return addresses.some((address) => isPrivateHost(address.replace(/%.*$/, '')))
}
