import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { guardedLookup } from '../../../src-main/broker/addresses.ts'
import { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import type { ProxyAddress } from '../../../src-main/core/use/proxy.ts'
import { makeAuthority } from '../../support/certificates.ts'
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.ts'
import {
  authority,
  failureOf,
  HOST,
  readBody,
  requestTo,
  resolverTo,
  startUpstream,
  TOKEN,
  type Upstream,
  valuesOf
} from './sender-world.ts'

const opened: { readonly close: () => void }[] = []
afterEach(() => {
  for (const each of opened.splice(0).toReversed()) each.close()
})
const closing = <T extends { readonly close: () => void }>(each: T): T => {
  opened.push(each)
  return each
}
const serving = async (...given: Parameters<typeof startUpstream>): Promise<Upstream> =>
  closing(await startUpstream(...given))
const proxying = async (options: Partial<Parameters<typeof startConnectProxy>[0]>): Promise<ConnectProxy> =>
  closing(await startConnectProxy({ hosts: {}, ...options }))

const answerOk = (request: IncomingMessage, response: ServerResponse): void =>
  void response.end(request.headers.authorization === `Bearer ${TOKEN}` ? 'ok' : 'no credential')

/** A sender behind a proxy on this computer, and the names that it looked up itself. */
function senderBehind(
  { port }: Pick<ConnectProxy, 'port'>,
  change: Partial<ProxyAddress> = {},
  noProxy: readonly string[] = []
) {
  const { asked, resolver } = resolverTo('127.0.0.1')
  const proxy: ProxyAddress = { scheme: 'http', host: '127.0.0.1', port, ...change }
  const lookup = (mayBeLocal: boolean) => guardedLookup(mayBeLocal, resolver)
  const sender = closing(new HttpsSender({ ca: [authority.cert], lookup, proxy: { proxy, noProxy } }))
  return { asked, sender }
}

/** A request to a host of the internet, as the rules allow it. */
const request = (upstream: Pick<Upstream, 'port'>, change: Parameters<typeof requestTo>[1] = {}) =>
  requestTo(upstream, { isLocal: false, ...change })

const problemOf = async (sent: Promise<unknown>): Promise<readonly [unknown, string]> =>
  await sent.then(
    () => ['answered', ''] as const,
    (error: unknown) => (error instanceof VaultError ? [error.code, error.message] : [error, ''])
  )

describe('a sender behind a proxy', () => {
  it('reaches a host through a tunnel, and the proxy sees nothing but CONNECT', async () => {
    const upstream = await serving(answerOk)
    const proxy = await proxying({ hosts: { [HOST]: upstream.port } })
    const { asked, sender } = senderBehind(proxy)
    const authorityLine = `${HOST}:${String(upstream.port)}`
    expect((await readBody(await sender.send(request(upstream)))).text).toBe('ok')
    expect(proxy.asked()).toEqual([authorityLine])
    const lines = proxy.heads[0]?.toLowerCase().split('\r\n') ?? []
    expect(lines.filter((line) => line !== '').toSorted()).toEqual(
      [`connect ${authorityLine} http/1.1`, 'connection: close', `host: ${authorityLine}`].toSorted()
    )
    expect(asked).toEqual([])
  })

  it('uses a tunnel again, and shares none between two credentials', async () => {
    const upstream = await serving(answerOk)
    const proxy = await proxying({ hosts: { [HOST]: upstream.port } })
    const { sender } = senderBehind(proxy)
    for (let turn = 0; turn < 3; turn += 1) await readBody(await sender.send(request(upstream)))
    expect([proxy.connections(), upstream.connections()]).toEqual([1, 1])
    const { credential } = request(upstream)
    const other = credential === null ? null : { ...credential, key: 'two' }
    await readBody(await sender.send(request(upstream, { credential: other })))
    expect(proxy.connections()).toBe(2)
  })

  it('speaks TLS with a proxy that wants it, whose certificate has to be trusted', async () => {
    const upstream = await serving(answerOk)
    const hosts = { [HOST]: upstream.port }
    const trusted = await proxying({ hosts, tls: authority.issue({ name: 'localhost' }) })
    const at = { scheme: 'https', host: 'localhost' } as const
    const answer = await senderBehind(trusted, at).sender.send(request(upstream))
    expect((await readBody(answer)).text).toBe('ok')

    const another = await proxying({ hosts, tls: makeAuthority('Another').issue({ name: 'localhost' }) })
    expect(await problemOf(senderBehind(another, at).sender.send(request(upstream)))).toEqual([
      'CERTIFICATE_REFUSED',
      expect.stringContaining('certificate of the proxy')
    ])
    expect(another.heads).toEqual([])
  })

  it('reaches directly what is listed as local, and what no_proxy names', async () => {
    const upstream = await serving(answerOk)
    const proxy = await proxying({})
    const local = senderBehind(proxy)
    expect((await local.sender.send(requestTo(upstream, { isLocal: true }))).status).toBe(200)
    for (const name of [HOST, '.example.test', '.test']) {
      const direct = senderBehind(proxy, {}, [name])
      // The address is judged again: it is one of this computer.
      expect(await failureOf(direct.sender.send(request(upstream)))).toBe('ORIGIN_NOT_ALLOWED')
      expect(direct.asked).toEqual([HOST])
    }
    expect(proxy.connections()).toBe(0)
    for (const name of [`.${HOST}`, 'example.test', 'xapi.example.test']) {
      expect(await failureOf(senderBehind(proxy, {}, [name]).sender.send(request(upstream)))).toBe(
        'PROXY_REFUSED'
      )
    }
    expect(proxy.connections()).toBe(3)
  })

  it.each([
    { host: 'localhost' },
    { host: 'nas' },
    { host: 'printer.local' },
    { host: 'vault.corp' },
    { host: 'db.internal' },
    { host: '10.0.0.1', isLiteral: true },
    { host: '169.254.169.254', isLiteral: true },
    { host: '[::1]', isLiteral: true },
    { host: '8.8.8.8', isLiteral: true }
  ])('asks the proxy for no $host, which would be a host of its own network', async (target) => {
    const proxy = await proxying({})
    const sent = senderBehind(proxy).sender.send(request({ port: 443 }, target))
    expect(await failureOf(sent)).toBe('ORIGIN_NOT_ALLOWED')
    expect(proxy.connections()).toBe(0)
  })

  it('goes directly under no circumstances while the proxy can not be reached', async () => {
    const upstream = await serving(answerOk)
    const { port, close } = await startConnectProxy({ hosts: {} })
    close()
    expect(await problemOf(senderBehind({ port }).sender.send(request(upstream)))).toEqual([
      'PROXY_REFUSED',
      expect.stringContaining('could not be reached')
    ])
    expect(upstream.connections()).toBe(0)
  })
})

describe('a hostile or broken proxy', () => {
  const says = (text: string) => ({
    answer: ({ client }: { readonly client: { end: (text: string) => unknown } }): boolean => {
      client.end(text)
      return true
    }
  })

  it.each([
    [
      'asks for a password',
      'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n',
      'password'
    ],
    ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'refused the way'],
    ['sends elsewhere', 'HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\n\r\n', 'refused the way'],
    [
      'switches protocols',
      'HTTP/1.1 101 Switching\r\nupgrade: tls\r\nconnection: upgrade\r\n\r\n',
      'refused the way'
    ],
    ['sends bytes before its answer', '\x16\x03\x01\x02HTTP/1.1 200 OK\r\n\r\n', 'as no proxy does'],
    ['speaks first in the tunnel', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 'as no proxy does'],
    ['sends a huge header', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`, 'as no proxy does'],
    ['says nothing and hangs up', '', 'could not be reached']
  ])('that %s gets neither a request nor the credential', async (_name, text, sentence) => {
    const proxy = await proxying(says(text))
    const { sender } = senderBehind(proxy)
    const [code, message] = await problemOf(sender.send(request({ port: 443 })))
    expect([code, message]).toEqual(['PROXY_REFUSED', expect.stringContaining(sentence)])
    expect(message).not.toContain('evil.example')
    expect(proxy.heads.join('')).not.toContain(TOKEN)
  })

  it('that puts another server into the tunnel is found by its certificate', async () => {
    const fakes = {
      'of another authority': makeAuthority('Another').issue({ name: HOST }),
      'for another name': authority.issue({ name: 'proxy.example.test' })
    }
    for (const pair of Object.values(fakes)) {
      const fake = await serving(answerOk, pair)
      const proxy = await proxying({ hosts: { [HOST]: fake.port } })
      expect(await failureOf(senderBehind(proxy).sender.send(request(fake)))).toBe('CERTIFICATE_REFUSED')
      expect([fake.connections(), fake.requests]).toEqual([1, []])
    }
  })

  it('that cuts the tunnel ends a running answer in an error, and a new request opens another', async () => {
    const upstream = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
    })
    const proxy = await proxying({ hosts: { [HOST]: upstream.port } })
    const { sender } = senderBehind(proxy)
    const answer = await sender.send(request(upstream))
    expect(valuesOf(answer.headers, 'content-length')).toEqual(['100'])
    proxy.cut()
    const { error } = await readBody(answer)
    expect(error).toMatchObject({ code: 'PROVIDER_UNREACHABLE', message: expect.stringContaining('cut off') })
    expect((await sender.send(request(upstream))).status).toBe(200)
    expect(proxy.connections()).toBe(2)
  })

  it('that cuts the tunnel before TLS is up is told as a host that is not reached', async () => {
    const proxy = await proxying({
      answer: ({ client }) => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        client.resume().once('data', () => client.destroy())
        return true
      }
    })
    expect(await failureOf(senderBehind(proxy).sender.send(request({ port: 443 })))).toBe(
      'PROVIDER_UNREACHABLE'
    )
  })

  it.each(['cut', 'abort'] as const)('that never answers is left at once by a %s', async (way) => {
    const came = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    const proxy = await proxying({
      answer: ({ client }) => {
        client.resume().once('close', gone.resolve)
        came.resolve()
        return true
      }
    })
    const { sender } = senderBehind(proxy)
    const client = new AbortController()
    const sent = failureOf(sender.send(request({ port: 443 }, { signal: client.signal })))
    await came.promise
    if (way === 'cut') sender.cut('one')
    else client.abort()
    expect(await sent).toBe(way === 'cut' ? 'APPROVAL_DENIED' : 'INVALID_REQUEST')
    sender.close()
    await gone.promise
  })
})
