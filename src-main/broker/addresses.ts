import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { VaultError } from '#shared/problem.ts'
import { isPrivateName } from '../core/private-name.ts'

type Range = readonly [network: string, prefix: number, reason: string]

/**
 * IPv4 networks that no public service has: IANA's special-purpose registry (RFC 6890), multicast, and one
 * address of a cloud.
 */
export const refusedIPv4: readonly Range[] = [
  ['0.0.0.0', 8, 'this network (RFC 791)'],
  ['10.0.0.0', 8, 'private (RFC 1918)'],
  ['100.64.0.0', 10, 'shared by the customers of a carrier (RFC 6598)'],
  ['127.0.0.0', 8, 'loopback (RFC 1122)'],
  ['168.63.129.16', 32, 'services of the host in Azure'],
  ['169.254.0.0', 16, 'link-local (RFC 3927), with the metadata of clouds at 169.254.169.254'],
  ['172.16.0.0', 12, 'private (RFC 1918)'],
  ['192.0.0.0', 24, 'protocol assignments (RFC 6890)'],
  ['192.0.2.0', 24, 'documentation (RFC 5737)'],
  ['192.31.196.0', 24, 'AS112 (RFC 7535)'],
  ['192.52.193.0', 24, 'multicast tunnels (RFC 7450)'],
  ['192.88.99.0', 24, '6to4 relays, deprecated (RFC 7526)'],
  ['192.168.0.0', 16, 'private (RFC 1918)'],
  ['192.175.48.0', 24, 'AS112 (RFC 7534)'],
  ['198.18.0.0', 15, 'benchmarks (RFC 2544)'],
  ['198.51.100.0', 24, 'documentation (RFC 5737)'],
  ['203.0.113.0', 24, 'documentation (RFC 5737)'],
  ['224.0.0.0', 4, 'multicast (RFC 5771)'],
  ['240.0.0.0', 4, 'reserved (RFC 1112), with the broadcast address']
]

/**
 * IPv6 networks that no public service has, by the same registry; and everything outside 2000::/3, which is the
 * only space that IANA gives to the internet. The wide ranges come last and contain some of the others.
 * 64:ff9b::/96 is below it and judged separately.
 */
export const refusedIPv6: readonly Range[] = [
  ['::', 128, 'unspecified (RFC 4291)'],
  ['::1', 128, 'loopback (RFC 4291)'],
  ['::', 96, 'holds an IPv4 address, deprecated (RFC 4291)'],
  ['::ffff:0:0', 96, 'mapped IPv4 address (RFC 4291)'],
  ['::ffff:0:0:0', 96, 'translated IPv4 address (RFC 2765)'],
  ['64:ff9b:1::', 48, 'NAT64 of a network of its own (RFC 8215)'],
  ['100::', 64, 'discarded (RFC 6666)'],
  ['100:0:0:1::', 64, 'dummy prefix (RFC 9780)'],
  ['2001::', 23, 'protocol assignments (RFC 2928), with Teredo'],
  ['2001:db8::', 32, 'documentation (RFC 3849)'],
  ['2002::', 16, '6to4, holds an IPv4 address (RFC 3056)'],
  ['2620:4f:8000::', 48, 'AS112 (RFC 7534)'],
  ['3fff::', 20, 'documentation (RFC 9637)'],
  ['5f00::', 16, 'segment routing (RFC 9602)'],
  ['fc00::', 7, 'unique local (RFC 4193), with the metadata of AWS at fd00:ec2::254'],
  ['fe80::', 10, 'link-local (RFC 4291)'],
  ['fec0::', 10, 'site-local, deprecated (RFC 3879)'],
  ['ff00::', 8, 'multicast (RFC 4291)'],
  ['::', 3, 'below the global unicast space (RFC 4291 section 2.4)'],
  ['4000::', 2, 'above the global unicast space (RFC 4291 section 2.4)'],
  ['8000::', 1, 'above the global unicast space (RFC 4291 section 2.4)']
]

// Two lists, because one would compare an IPv4 address as a mapped one with the IPv6 networks, and refuse them all.
const ipv4 = listOf(refusedIPv4, 'ipv4')
const ipv6 = listOf(refusedIPv6, 'ipv6')

/**
 * An address of NAT64 (RFC 6052 section 2.1) as `URL` writes it, with its last two groups. On a network without
 * IPv4, DNS64 (RFC 6147) gives every host of the old internet such an address.
 */
const NAT64 = /^\[64:ff9b::(?:([\da-f]{1,4}):)?([\da-f]{1,4})?\]$/

function listOf(ranges: readonly Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

/**
 * True for an address that a credential is not sent to unless a person listed its host as local. Takes the form
 * that a name server's answer has, with or without a zone (`fe80::1%eth0`). True for any other text, such as
 * `0x7f.1`. An address of 64:ff9b::/96 is judged by the IPv4 address in it, where the network translates it to.
 */
export function isRefusedAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return ipv4.check(address, 'ipv4')
  if (version === 0) return true
  const translated = translatedTo(address)
  return translated === null ? ipv6.check(address, 'ipv6') : ipv4.check(translated, 'ipv4')
}

/** The IPv4 address in an address of 64:ff9b::/96. Null: it is another one, or has a zone. */
function translatedTo(address: string): string | null {
  const groups = NAT64.exec(URL.parse(`http://[${address}]/`)?.hostname ?? '')
  if (groups === null) return null
  const numbers = [groups[1], groups[2]].map((group) => Number.parseInt(group ?? '0', 16))
  return numbers.flatMap((number) => [number >> 8, number & 255]).join('.')
}

/** Asks for every address of a host, as `dns.lookup` does with `all`. */
export type Resolver = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void
) => void

/**
 * Returns the `lookup` option of a connection. It checks the very addresses that the connection then uses, so a
 * later answer of the name server can not replace them. If one address is refused, the whole answer is, with
 * ORIGIN_NOT_ALLOWED. PROVIDER_UNREACHABLE: there is no address. `mayBeLocal`: a person listed the host as
 * local, so any address is allowed. Node does not call it for a host that is an IP address; those are for the
 * access rules.
 */
export function guardedLookup(mayBeLocal: boolean, resolver: Resolver = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolver(hostname, { ...options, all: true }, (error, addresses) => {
      const first = error === null ? addresses[0] : undefined
      if (first === undefined) {
        callback(new VaultError('PROVIDER_UNREACHABLE', { cause: error }), [])
      } else if (!mayBeLocal && addresses.some(({ address }) => isRefusedAddress(address))) {
        callback(new VaultError('ORIGIN_NOT_ALLOWED', { message: PRIVATE_ADDRESS }), [])
      } else if (options.all === true) {
        callback(null, addresses)
      } else {
        callback(null, first.address, first.family)
      }
    })
  }
}

/** Throws ORIGIN_NOT_ALLOWED for a name of this computer or of a private network, where no look-up can judge it. */
export function requirePublicName(hostname: string): void {
  if (isPrivateName(hostname)) throw new VaultError('ORIGIN_NOT_ALLOWED', { message: PRIVATE_ADDRESS })
}

const PRIVATE_ADDRESS =
  'The host belongs to this computer or to a private network, and it is not listed as local. Nothing was sent.'
