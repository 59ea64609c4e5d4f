import type { LookupAddress, LookupAllOptions, LookupOptions } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { guardedLookup, isRefusedAddress, refusedIPv4, refusedIPv6, type Resolver } from './addresses.ts'

describe('an address', () => {
  it.each([...refusedIPv4, ...refusedIPv6])('in %s/%i is refused: %s', (network) => {
    expect(isRefusedAddress(network)).toBe(true)
  })

  it.each([
    '0.255.255.255',
    '10.255.255.255',
    '100.127.255.255',
    '127.255.255.255',
    '168.63.129.16',
    '169.254.169.254',
    '172.31.255.255',
    '192.0.0.255',
    '192.168.255.255',
    '198.19.255.255',
    '239.255.255.255',
    '255.255.255.255',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::FFFF:10.0.0.1',
    '0:0:0:0:0:ffff:a00:1',
    '::ffff:8.8.8.8',
    '::ffff:0:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:FF9B:0:0:0:0:7f00:1',
    '64:ff9b::',
    '64:ff9b::1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::6440:1',
    '64:ff9b::808:808%eth0',
    '64:ff9b:0:0:0:1:808:808',
    '64:ff9b:1::808:808',
    '64:ff9a::808:808',
    '64:ff9b:1:ffff::1',
    '2001:1ff:ffff::1',
    '2002:7f00:1::',
    '200::1',
    '4000::1',
    'fd00:ec2::254',
    'fdff:ffff::1',
    'febf::1',
    'feff::1',
    'fe80::1%eth0',
    '::1%0'
  ])('%s is refused', (address) => {
    expect(isRefusedAddress(address)).toBe(true)
  })

  it.each([
    '',
    'api.example',
    '0x7f.1',
    '127.1',
    '2130706433',
    '0177.0.0.1',
    '[::1]',
    '8.8.8.8 ',
    '1.1.1.1\n',
    '8.8.8'
  ])('is not %j, so it is refused', (text) => {
    expect(isRefusedAddress(text)).toBe(true)
  })

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '168.63.129.17',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2000::1',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
    '2606:4700::1111',
    '3ffe:ffff::1',
    '64:ff9b::808:808',
    '64:ff9b::8.8.8.8',
    '0064:FF9B:0:0:0:0:0808:0000'
  ])('%s is public', (address) => {
    expect(isRefusedAddress(address)).toBe(false)
  })
})

type Found = { readonly error: Error | null; readonly address: unknown; readonly family: unknown }

/** A resolver that gives each of these answers once, in their order. */
function answering(...answers: readonly (readonly string[] | Error)[]): Resolver {
  let count = 0
  return (_hostname, _options, callback) => {
    const answer = answers[count]
    count += 1
    if (answer === undefined) throw new Error('There is no further answer.')
    if (answer instanceof Error) callback(answer, [])
    else callback(null, answer.map(recordOf))
  }
}

const recordOf = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })

function ask(
  lookup: ReturnType<typeof guardedLookup>,
  options: LookupOptions = { all: true }
): Promise<Found> {
  return new Promise((resolve) => {
    lookup('api.example', options, (error, address, family) => resolve({ error, address, family }))
  })
}

const codeOf = ({ error }: Found): string | null => (error instanceof VaultError ? error.code : null)

describe('the lookup of a connection', () => {
  const both = ['93.184.215.14', '2606:4700::1111']

  it('offers every address of a public host', async () => {
    const found = await ask(guardedLookup(false, answering(both)))
    expect(found).toEqual({ error: null, address: both.map(recordOf), family: undefined })
  })

  it('offers the addresses that DNS64 makes on a network without IPv4', async () => {
    const found = await ask(guardedLookup(false, answering(['64:ff9b::5db8:d70e'])))
    expect(found.address).toEqual([recordOf('64:ff9b::5db8:d70e')])
  })

  it('gives the first address to a caller that wants one', async () => {
    const found = await ask(guardedLookup(false, answering(both)), {})
    expect(found).toEqual({ error: null, address: '93.184.215.14', family: 4 })
  })

  it.each([
    ['one public and one private address', ['8.8.8.8', '10.0.0.1']],
    ['one private and one public address', ['192.168.0.1', '8.8.8.8']],
    ['loopback as IPv6', ['8.8.8.8', '::1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['a private address behind NAT64', ['64:ff9b::7f00:1']],
    ['one public and one private address behind NAT64', ['64:ff9b::808:808', '64:ff9b::a00:1']],
    ['an address of a carrier', ['100.64.0.1']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['text that is no address', ['8.8.8.8', 'localhost']]
  ])('refuses a whole answer with %s', async (_name, addresses) => {
    for (const options of [{ all: true }, { all: false }, {}]) {
      const found = await ask(guardedLookup(false, answering(addresses)), options)
      expect([codeOf(found), found.address]).toEqual(['ORIGIN_NOT_ALLOWED', []])
    }
  })

  it('says nothing of the host or its address in the refusal', async () => {
    const { error } = await ask(guardedLookup(false, answering(['10.9.8.7'])))
    expect(error?.message).toMatch(/private network/)
    expect(error?.message).not.toMatch(/10\.9\.8\.7|api\.example/)
  })

  it('allows every address of a host that is listed as local', async () => {
    const found = await ask(guardedLookup(true, answering(['127.0.0.1', '8.8.8.8'])))
    expect([found.error, found.address]).toEqual([null, ['127.0.0.1', '8.8.8.8'].map(recordOf)])
  })

  it('checks each answer again, so a public one does not vouch for a private one', async () => {
    const lookup = guardedLookup(false, answering(['8.8.8.8'], ['127.0.0.1'], ['8.8.8.8']))
    const codes = [codeOf(await ask(lookup)), codeOf(await ask(lookup)), codeOf(await ask(lookup))]
    expect(codes).toEqual([null, 'ORIGIN_NOT_ALLOWED', null])
  })

  it('fails if there is no address, without the words of the resolver', async () => {
    for (const answer of [new Error('getaddrinfo ENOTFOUND api.example'), []]) {
      const found = await ask(guardedLookup(false, answering(answer)))
      expect(codeOf(found)).toBe('PROVIDER_UNREACHABLE')
      expect(found.error?.message).not.toContain('api.example')
    }
  })

  it('asks for all addresses, with the other options of the connection', async () => {
    const asked: LookupAllOptions[] = []
    const resolver: Resolver = (_hostname, options, callback) => {
      asked.push(options)
      callback(null, [recordOf('8.8.8.8')])
    }
    await ask(guardedLookup(false, resolver), { all: false, family: 4, hints: 32 })
    expect(asked).toEqual([{ all: true, family: 4, hints: 32 }])
  })

  it('refuses localhost as the resolver of this computer knows it', async () => {
    const found = await new Promise<Found>((resolve) => {
      guardedLookup(false)('localhost', { all: true }, (error, address, family) =>
        resolve({ error, address, family })
      )
    })
    expect(codeOf(found)).toBe('ORIGIN_NOT_ALLOWED')
  })
})
