import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { guardedLookup, isRefusedAddress, type Resolver } from '../../src-main/broker/addresses.ts'
import { targetOf } from '../../src-main/broker/parse-target.ts'
import { type AccessRules, decideAccess } from '../../src-main/core/use/access-rules.ts'
import { checkHeaders } from '../../src-main/core/use/request-headers.ts'
import type { Target } from '../../src-main/core/use/target.ts'
import { seededRandom } from '../crash/seeded-random.ts'
import { mutate } from '../fault/mutations.ts'
import { pick, type Random } from '../fault/oauth-input.ts'
import { upTo } from './grammars/trials.ts'

const count = process.env['LATCHKEY_TRIALS'] === 'full' ? 100_000 : 20_000
const seed = Number(process.env['LATCHKEY_GRAMMAR_SEED'] ?? 20_261_130)

const seeds = (
  '0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 168.63.129.16 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1 192.88.99.1 ' +
  '192.168.0.1 198.18.0.1 203.0.113.1 224.0.0.1 255.255.255.255 8.8.8.8 93.184.215.14 ' +
  ':: ::1 ::7f00:1 ::ffff:7f00:1 ::ffff:808:808 ::ffff:0:7f00:1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:db8::1 ' +
  '2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 2606:4700::1111 2001:4860:4860::8888'
).split(' ')

/** An address in bytes: one of the seeds, often with a changed bit, or any at all. */
function anyAddress(random: Random): number[] {
  const bytes = ipaddr.parse(pick(random, seeds)).toByteArray()
  const way = random()
  if (way < 0.2) return bytes.map(() => upTo(random, 255))
  const place = upTo(random, bytes.length - 1)
  return bytes.map((byte, index) => (way < 0.7 && index === place ? byte ^ (1 << upTo(random, 7)) : byte))
}

const inCase = (random: Random, text: string): string =>
  Array.from(text, (sign) => (random() < 0.3 ? sign.toUpperCase() : sign)).join('')

/** One of the spellings that a URL parser reads as this address. */
function spelled(random: Random, bytes: readonly number[]): string {
  return bytes.length === 4 ? spelledIPv4(random, bytes) : `[${inCase(random, spelledIPv6(random, bytes))}]`
}

function spelledIPv4(random: Random, bytes: readonly number[]): string {
  const own = upTo(random, 3)
  const last = bytes.slice(own).reduce((sum, byte) => sum * 256 + byte, 0)
  const parts = [...bytes.slice(0, own), last].map((part) =>
    pick(random, [
      String(part),
      String(part),
      `0x${'0'.repeat(upTo(random, 2))}${part.toString(16)}`,
      `0${part.toString(8)}`
    ])
  )
  const text =
    inCase(random, parts.join(pick(random, ['.', '.', '.', '。', '．']))) + pick(random, ['', '', '.'])
  return Array.from(text, (sign) => disguised(random, sign)).join('')
}

function disguised(random: Random, sign: string): string {
  if (random() > 0.05 || !/\d/.test(sign)) return sign
  return pick(random, [`%3${sign}`, String.fromCodePoint(0xff10 + Number(sign))])
}

function spelledIPv6(random: Random, bytes: readonly number[]): string {
  const address = new ipaddr.IPv6([...bytes])
  const groups = address.parts.map((part) => part.toString(16).padStart(1 + upTo(random, 3), '0'))
  const dotted = [...groups.slice(0, 6), bytes.slice(12).join('.')]
  return pick(random, [address.toString(), address.toRFC5952String(), groups.join(':'), dotted.join(':')])
}

const names = [
  'api.example',
  'API.example',
  'api.example.',
  'api.example..',
  'api。example',
  '%61pi.example',
  'ap\u00adi.example',
  'api.example.evil.example',
  'xapi.example',
  'api.example%00',
  'bücher.example',
  'localhost',
  'localhost.',
  'evil.example'
]

/** An address with the parts that attacks use, around this host; every seventh is broken somewhere. */
function urlAround(random: Random, host: string): string {
  const start =
    random() < 0.7 ? 'https://' : pick(random, ['http://', 'HTTPS://', 'https:/', 'https:\\\\', 'ftp://'])
  const user = random() < 0.9 ? '' : pick(random, ['@', 'user@', 'api.example@', 'api.example:443@', 'a:b@'])
  const port = random() < 0.7 ? '' : pick(random, [':443', ':8443', ':80', ':0', ':65536', ':', ':0443'])
  const pieces = [
    '/',
    '/a',
    '/a',
    '/..',
    '/%2e%2e',
    '//',
    '/%2f',
    '/;x',
    '/%41',
    '\\',
    '\t',
    '/@',
    '/é',
    '?q=/../',
    '#x'
  ]
  const tail = Array.from({ length: upTo(random, 3) }, () => pick(random, pieces)).join('')
  const url = start + user + host + port + tail
  return random() < 0.15 ? mutate(Buffer.from(url), random).toString('latin1') : url
}

/** Rules that list every host that is asked for, so that only the kind of the host can refuse it. */
const naive = ({ host, port }: Target): AccessRules => ({
  hosts: [`${host}:${port}`],
  localHosts: [],
  readOnly: false,
  rules: [],
  clientRules: []
})

const bare = (host: string): string => host.replaceAll(/[[\]]/g, '')

/** An address of NAT64 is as public as the IPv4 address in it. */
function isPublic(address: string): boolean {
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'rfc6052') return parsed.range() === 'unicast'
  return ipaddr.fromByteArray(parsed.toByteArray().slice(12)).range() === 'unicast'
}

/** What must hold for every target, wherever it came from. Returns true if it is allowed. */
function judge(url: string, target: Target): boolean {
  const { scheme, host, port, path, query, isLiteral } = target
  const sent = URL.parse(`${scheme}://${host}:${port}${path}${query}`)
  expect([url, sent?.hostname, sent?.pathname, sent?.search]).toEqual([url, host, path, query])
  expect([url, url.includes(path) || path === '/']).toEqual([url, true])
  expect([url, isLiteral]).toEqual([url, ipaddr.isValid(bare(host))])
  if (isLiteral && !isPublic(bare(host))) expect([url, isRefusedAddress(bare(host))]).toEqual([url, true])
  const isAllowed = decideAccess(naive(target), 'GET', target).kind === 'allowed'
  expect([url, isAllowed]).toEqual([url, scheme === 'https' && !isLiteral && !/%2f/i.test(path)])
  const strict = decideAccess({ ...naive(target), hosts: ['api.example'] }, 'GET', target)
  if (strict.kind === 'allowed') expect([url, scheme, host, port]).toEqual([url, 'https', 'api.example', 443])
  return isAllowed
}

describe(`among ${count.toLocaleString('en')} generated addresses`, { timeout: 900_000 }, () => {
  it('none leads to an IP address or past the host rules, in any spelling', () => {
    const seen = { literals: 0, allowed: 0, faults: 0 }
    for (let index = 0; index < count; index += 1) {
      const random = seededRandom(seed + index)
      const url = urlAround(
        random,
        random() < 0.7 ? spelled(random, anyAddress(random)) : pick(random, names)
      )
      const result = targetOf(url)
      if (result.kind === 'fault') seen.faults += 1
      else if (judge(url, result.target)) seen.allowed += 1
      else if (result.target.isLiteral) seen.literals += 1
    }
    expect(Math.min(seen.literals, seen.allowed * 3, seen.faults)).toBeGreaterThan(count / 10)
  })

  it('each spelling of an IP address is known as that address', () => {
    for (let index = 0; index < count; index += 1) {
      const random = seededRandom(seed - index)
      const bytes = anyAddress(random)
      const url = `https://${spelled(random, bytes)}/`
      const result = targetOf(url)
      const found =
        result.kind === 'target' ? ipaddr.parse(bare(result.target.host)).toByteArray() : result.fault
      expect([url, found]).toEqual([url, bytes])
    }
  })

  it('no address outside the public internet comes from a lookup, alone or among public ones', async () => {
    let offered = 0
    for (let index = 0; index < count; index += 1) {
      const random = seededRandom(seed + index)
      const addresses = Array.from({ length: 1 + upTo(random, 2) }, () =>
        ipaddr.fromByteArray(anyAddress(random)).toString()
      )
      const found = await lookUp(addresses)
      if (found === null) continue
      offered += 1
      expect(found).toEqual(addresses)
      expect([addresses, addresses.every(isPublic)]).toEqual([addresses, true])
    }
    expect(offered).toBeGreaterThan(count / 50)
  })
})

const answering =
  (addresses: readonly string[]): Resolver =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: ipaddr.IPv4.isValid(address) ? 4 : 6 }))
    )

/** The addresses that a connection may use; null: the answer of the name server is refused. */
async function lookUp(addresses: readonly string[]): Promise<readonly string[] | null> {
  return await new Promise((resolve) => {
    guardedLookup(false, answering(addresses))('api.example', { all: true }, (error, found) =>
      resolve(error === null && Array.isArray(found) ? found.map(({ address }) => address) : null)
    )
  })
}

const rulesOf = (...hosts: string[]): AccessRules => ({
  hosts,
  localHosts: [],
  readOnly: false,
  rules: [],
  clientRules: []
})

/** `allowed`, or why not. */
function decide(url: string, { rules = rulesOf('api.example'), method = 'GET' } = {}): string {
  const result = targetOf(url)
  if (result.kind === 'fault') return result.fault
  const decision = decideAccess(rules, method, result.target)
  return decision.kind === 'allowed' ? 'allowed' : decision.because
}

describe('an attack on the host', () => {
  it.each(['*', '*.example', '.example', '', '.', 'https://', 'example', '**', '[::]', '0.0.0.0'])(
    'by the entry %j in imported hosts opens no further host',
    (entry) => {
      for (const host of ['evil.example', 'api.example', 'localhost', '0.0.0.0', '[::]', '127.0.0.1'])
        expect(decide(`https://${host}/`, { rules: rulesOf(entry) })).not.toBe('allowed')
    }
  )

  it.each([
    ['@evil.example/', 'userinfo'],
    ['.evil.example/', 'host'],
    [':8443/', 'port'],
    [':443@evil.example/', 'userinfo'],
    ['\\@evil.example/', 'backslash'],
    ['%2eevil.example/', 'host'],
    ['%00.evil.example/', 'not-a-url'],
    ['＠evil.example/', 'not-a-url'],
    ['\n.evil.example/', 'control'],
    ['/..//evil.example/', 'dot-segments'],
    ['/?q=@evil.example', 'allowed'],
    ['/#@evil.example', 'allowed']
  ])('by the value %j of a variable behind the host ends as %s', (value, end) => {
    expect(decide(`https://api.example${value}`)).toBe(end)
  })

  it('by a name of an object’s prototype finds no rule', () => {
    for (const name of ['__proto__', 'constructor', 'tostring'])
      expect(decide(`https://${name}/`)).toBe('host')
  })
})

describe('an attack on the addresses of a host', () => {
  it('by a private address among public ones reaches no server, and a listed local host does', async () => {
    const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
    let connections = 0
    server.on('connection', () => (connections += 1))
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const reach = async (mayBeLocal: boolean): Promise<string> => {
      const lookup = guardedLookup(mayBeLocal, answering(['127.0.0.1', '127.0.0.1']))
      const socket = connect({ host: 'api.example', port, lookup })
      const end = await once(socket, 'connect').then(
        () => 'connected',
        (error: unknown) => String(Reflect.get(Object(error), 'code'))
      )
      socket.destroy()
      return end
    }
    expect([await reach(false), connections]).toEqual(['ORIGIN_NOT_ALLOWED', 0])
    expect(await reach(true)).toBe('connected')
    server.close()
    await once(server, 'close')
    expect(connections).toBe(1)
  })

  it.each([
    ['public and private records', ['93.184.215.14', '10.0.0.1']],
    ['a mapped address', ['::ffff:10.0.0.1']],
    ['NAT64', ['64:ff9b::a00:1']],
    ['the range of carriers', ['100.64.0.1']],
    ['6to4', ['2002:a00:1::']],
    ['the metadata service', ['169.254.169.254', 'fd00:ec2::254']]
  ])('by %s is refused', async (_name, addresses) => {
    expect(await lookUp(addresses)).toBeNull()
  })
})

describe('an attack on the method or the path', () => {
  it('by TRACE or CONNECT is refused', () => {
    for (const method of ['TRACE', 'CONNECT', 'TRACK', 'trace', 'Connect'])
      expect(decide('https://api.example/', { method })).toBe('method')
  })

  it('by a header that changes the method or the path is refused', () => {
    for (const name of [
      'X-HTTP-Method-Override',
      'x_http_method',
      'X-Method-Override',
      'X-Original-URL',
      'Host'
    ])
      expect(checkHeaders([[name, 'DELETE']], null).kind).toBe('fault')
    expect(checkHeaders([], 'Host')).toEqual({ kind: 'fault', name: 'host' })
  })

  it.each([
    '//evil.example/x',
    '/public/..%2fadmin',
    '/public/x%2f..%2fadmin',
    '/%2fevil.example/x',
    '/public/..;/admin',
    '/public/%2e%2e/admin',
    '/public%252f..',
    '/a\\..'
  ])('by the path %s ends before a rule is compared', (path) => {
    expect(decide(`https://api.example${path}`)).toMatch(/^(?:path-encoding|dot-segments|backslash)$/)
  })

  it('finds no difference between the path that is allowed and the path that a server receives', async () => {
    const received: string[] = []
    const server = createServer(({ url = '' }, response) => {
      received.push(url)
      response.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const urls = [
      '/a//b',
      '/%41%3f%23/;x=1',
      "/a'b|[c]",
      '/caf%C3%A9?q=é&r=%2f#/x',
      '',
      '?q=/../x',
      '/a%20b/?'
    ]
    const allowed = urls.flatMap((tail) => {
      const result = targetOf(`https://api.example${tail}`)
      return result.kind === 'target' ? [result.target.path + result.target.query] : []
    })
    for (const path of allowed) {
      const sent = request({ host: '127.0.0.1', port, path, agent: false }).end()
      const [answer] = await once(sent, 'response')
      answer.resume()
      await once(answer, 'end')
    }
    server.close()
    expect(received).toEqual([
      '/a//b',
      '/%41%3f%23/;x=1',
      "/a'b|[c]",
      '/caf%C3%A9?q=%C3%A9&r=%2f',
      '/',
      '/?q=/../x',
      '/a%20b/'
    ])
  })
})
