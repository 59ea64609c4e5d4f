import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { makeAuthority } from '../../support/certificates.ts'
import {
  authority,
  failureOf,
  HOST,
  pair,
  readBody,
  requestTo,
  resolverTo,
  senderWith,
  startUpstream,
  TOKEN,
  type Upstream
} from './sender-world.ts'

let sender: HttpsSender
const opened: { readonly close: () => void }[] = []
beforeEach(() => {
  sender = senderWith()
})
afterEach(() => {
  sender.close()
  for (const each of opened.splice(0)) each.close()
})

async function serving(...given: Parameters<typeof startUpstream>): Promise<Upstream> {
  const upstream = await startUpstream(...given)
  opened.push(upstream)
  return upstream
}

const answerOk = (_request: IncomingMessage, response: ServerResponse): void => void response.end('ok')

describe('threat: exfiltration to a server in the place of the host', () => {
  const others = {
    'of another authority': makeAuthority('Another Authority').issue({ name: HOST }),
    'that has expired': authority.issue({ name: HOST, days: -1 }),
    'for another name': authority.issue({ name: 'other.example.test' }),
    'that it has signed itself': makeAuthority(HOST),
    'that is not for servers': authority.issue({ name: HOST, usage: 'clientAuth' })
  }

  it.each(Object.entries(others))(
    'refuses a certificate %s before anything is sent',
    async (_name, other) => {
      const upstream = await serving(answerOk, other)
      expect(await failureOf(sender.send(requestTo(upstream)))).toBe('CERTIFICATE_REFUSED')
      expect([upstream.connections(), upstream.requests]).toEqual([1, []])
    }
  )

  it('refuses TLS 1.1, which a client that allows it can speak here', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const upstream = await serving(answerOk, { ...pair, ...old })
    const control = connect({ ...old, port: upstream.port, servername: HOST, ca: authority.cert })
    await once(control, 'secureConnect')
    expect(control.getProtocol()).toBe('TLSv1.1')
    control.destroy()
    expect(await failureOf(sender.send(requestTo(upstream)))).toBe('CERTIFICATE_REFUSED')
    expect(upstream.requests).toEqual([])
  })
})

describe('threat: exfiltration by DNS rebinding and SSRF (mixed addresses, IP literals)', () => {
  const answers = {
    'one public and one private address': ['93.184.215.14', '127.0.0.1'],
    'one private and one public address': ['10.0.0.1', '93.184.215.14'],
    loopback: ['127.0.0.1'],
    'loopback of IPv6': ['::1'],
    'a mapped address': ['::ffff:127.0.0.1'],
    'a NAT64 address': ['64:ff9b::7f00:1'],
    'an address of a carrier': ['100.64.0.1'],
    'the metadata of a cloud': ['169.254.169.254']
  }

  it.each(Object.entries(answers))('refuses an answer of DNS with %s', async (_name, addresses) => {
    const upstream = await serving(answerOk)
    const { asked, resolver } = resolverTo(...addresses)
    const guarded = senderWith(resolver)
    opened.push(guarded)
    expect(await failureOf(guarded.send(requestTo(upstream, { isLocal: false })))).toBe('ORIGIN_NOT_ALLOWED')
    expect([asked, upstream.connections()]).toEqual([[HOST], 0])
  })

  it('connects to loopback where a person has listed the host as local', async () => {
    const upstream = await serving(answerOk)
    expect((await sender.send(requestTo(upstream, { isLocal: true }))).status).toBe(200)
  })

  it.each([
    ['an IPv4 address', { host: '127.0.0.1', isLiteral: true }],
    ['an IPv6 address', { host: '[::1]', isLiteral: true }],
    ['plain http', { scheme: 'http' }]
  ] as const)('refuses %s, which the resolver is never asked for', async (_name, target) => {
    const upstream = await serving(answerOk)
    const request = requestTo(upstream, { ...target, isLocal: false })
    expect(await failureOf(sender.send(request))).toBe('ORIGIN_NOT_ALLOWED')
    expect(upstream.connections()).toBe(0)
  })

  it('speaks plain http with a host that is listed as local', async () => {
    const server = createHttpServer((request, response) => void response.end(request.headers.authorization))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    opened.push({ close: () => server.close() })
    const { port } = server.address() as AddressInfo
    const answer = await sender.send(
      requestTo({ port }, { scheme: 'http', host: '127.0.0.1', isLiteral: true })
    )
    expect((await readBody(answer)).text).toBe('Bearer [redacted]')
  })

  it('uses an idle connection again without a new look-up, so a later answer of DNS changes nothing', async () => {
    const upstream = await serving(answerOk)
    const addresses = ['127.0.0.1']
    const { asked, resolver } = resolverTo(...addresses)
    const pinned = senderWith(resolver)
    opened.push(pinned)
    for (let turn = 0; turn < 3; turn += 1) await readBody(await pinned.send(requestTo(upstream)))
    expect([asked.length, upstream.connections(), upstream.requests.length]).toEqual([1, 1, 3])
  })

  it('shares no connection between two credentials', async () => {
    const upstream = await serving(answerOk)
    await readBody(await sender.send(requestTo(upstream)))
    const credential = { key: 'two', secret: new Secret(TOKEN), scheme: { kind: 'bearer' } } as const
    await readBody(await sender.send(requestTo(upstream, { credential })))
    expect(upstream.connections()).toBe(2)
  })
})

describe('the headers of a request (threat: exfiltration by Host, authorization or length)', () => {
  it('carry the credential as its scheme says, and the host, and ask for no compression', async () => {
    const seen: (string | undefined)[][] = []
    const upstream = await serving(({ headers }, response) => {
      seen.push([headers.authorization, headers['x-api-key'] as string, headers['accept-encoding']])
      response.end(headers.host)
    })
    const secret = new Secret(TOKEN)
    const schemes = [
      { kind: 'bearer' },
      { kind: 'basic', user: 'alice' },
      { kind: 'header', name: 'X-Api-Key' }
    ] as const
    for (const scheme of schemes) {
      const { text } = await readBody(
        await sender.send(requestTo(upstream, { credential: { key: 'one', secret, scheme } }))
      )
      expect(text).toBe(`${HOST}:${String(upstream.port)}`)
    }
    expect(seen).toEqual([
      [`Bearer ${TOKEN}`, undefined, 'identity'],
      [`Basic ${btoa(`alice:${TOKEN}`)}`, undefined, 'identity'],
      [undefined, TOKEN, 'identity']
    ])
  })

  it('name Latchkey as the program, which some services require, unless the client names another', async () => {
    const upstream = await serving(({ headers }, response) => void response.end(headers['user-agent']))
    const agentOf = async (headers: readonly (readonly [string, string])[]): Promise<string> =>
      (await readBody(await sender.send(requestTo(upstream, { headers })))).text
    expect(await agentOf([])).toBe('Latchkey')
    expect(await agentOf([['User-Agent', 'octo-cat/1']])).toBe('octo-cat/1')
  })

  it.each([
    ['Host', 'attacker.example.net'],
    ['AUTHORIZATION', 'Bearer of-the-client'],
    ['Content-Length', '5'],
    ['Transfer-Encoding', 'chunked'],
    ['Accept-Encoding', 'gzip'],
    ['X-Forwarded-Host', 'attacker.example.net'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['x-fine', 'line\r\nHost: attacker.example.net']
  ])('can not be replaced by a header %s of the client', async (name, value) => {
    const upstream = await serving(answerOk)
    expect(await failureOf(sender.send(requestTo(upstream, { headers: [[name, value]] })))).toBe(
      'INVALID_REQUEST'
    )
    expect(upstream.requests).toEqual([])
  })

  it('can not be replaced by a second header that carries the credential', async () => {
    const upstream = await serving(answerOk)
    const scheme = { kind: 'header', name: 'X-Api-Key' } as const
    const credential = { key: 'one', secret: new Secret(TOKEN), scheme }
    const request = requestTo(upstream, { credential, headers: [['x_api_key', 'of the client']] })
    expect(await failureOf(sender.send(request))).toBe('INVALID_REQUEST')
  })
})
