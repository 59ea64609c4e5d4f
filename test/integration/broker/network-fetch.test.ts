import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { networkFetch, type NetworkRules } from '../../../src-main/broker/network-fetch.ts'
import { TransportError } from '../../../src-main/core/tokens/transport-error.ts'
import { guardedFetch } from '../../../src-main/oauth/http/guarded-fetch.ts'
import { makeAuthority } from '../../support/certificates.ts'
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.ts'
import { bodyOf } from '../../support/use-world.ts'
import { authority, HOST, startUpstream, type Upstream } from './sender-world.ts'

const opened: { readonly close: () => void }[] = []
afterEach(() => {
  for (const each of opened.splice(0).toReversed()) each.close()
})
const closing = <T extends { readonly close: () => void }>(each: T): T => {
  opened.push(each)
  return each
}

type Behind = { readonly upstream: Upstream; readonly proxy: ConnectProxy; readonly url: string }

/** A server with TLS that only a proxy knows by its name. */
async function behindProxy(...given: Parameters<typeof startUpstream>): Promise<Behind> {
  const upstream = closing(await startUpstream(...given))
  const proxy = closing(await startConnectProxy({ hosts: { [HOST]: upstream.port } }))
  return { upstream, proxy, url: `https://${HOST}:${String(upstream.port)}/token` }
}

const rulesOf = ({ port }: Pick<ConnectProxy, 'port'>, change: Partial<NetworkRules> = {}): NetworkRules => ({
  ca: [authority.cert],
  proxy: { scheme: 'http', host: '127.0.0.1', port },
  noProxy: [],
  ...change
})
const fetchBy = (rules: NetworkRules) => networkFetch(async () => rules)
const causeOf = async (sent: Promise<unknown>): Promise<unknown> =>
  await sent.then(
    () => 'answered',
    (error: unknown) => (error instanceof TypeError ? error.cause : error)
  )
/** How the client of providers takes the failure of a request. */
async function kindOf(rules: () => Promise<NetworkRules>, url: string): Promise<string> {
  const request = { url, method: 'GET', headers: {}, body: null, signal: null } as const
  const sent = guardedFetch(networkFetch(rules), request, { timeoutMs: 5000, maxBytes: 100_000 })
  return await sent.then(
    ({ text }) => text,
    (error: unknown) => (error instanceof TransportError ? error.kind : String(error))
  )
}

describe('the network of a vault without windows', () => {
  it('sends a form through the proxy and gives the answer back', async () => {
    const seen: unknown[] = []
    const handler = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { method, headers } = request
      seen.push([method, headers['content-type'], headers['user-agent'], await bodyOf(request)])
      response.writeHead(
        201,
        [
          ['dpop-nonce', 'n1'],
          ['set-cookie', 'a=b'],
          ['set-cookie', 'c=d']
        ].flat()
      )
      response.end('{"ok":true}')
    }
    const { proxy, url } = await behindProxy(handler)
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Latchkey' }
    const answer = await fetchBy(rulesOf(proxy))(url, { method: 'POST', headers, body: 'a=1' })
    expect([answer.status, answer.headers.get('dpop-nonce'), await answer.json()]).toEqual([
      201,
      'n1',
      { ok: true }
    ])
    expect(answer.headers.getSetCookie()).toEqual(['a=b', 'c=d'])
    expect(seen).toEqual([['POST', headers['content-type'], 'Latchkey', 'a=1']])
    expect(proxy.asked()).toEqual([new URL(url).host])
  })

  it('follows no redirect, and reads a body that comes compressed', async () => {
    const { proxy, url, upstream } = await behindProxy(({ url: path }, response) => {
      if (path === '/token') response.writeHead(302, { location: `https://${HOST}/other` }).end()
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('plain'))
    })
    const send = fetchBy(rulesOf(proxy))
    const redirect = await send(url)
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, `https://${HOST}/other`])
    const packed = await send(new URL('/packed', url).href)
    expect([packed.headers.get('content-encoding'), await packed.text()]).toEqual([null, 'plain'])
    expect(upstream.requests).toEqual(['GET /token', 'GET /packed'])
  })

  it('reaches this computer directly, also by plain http, and sends nothing else by plain http', async () => {
    const { proxy } = await behindProxy(() => undefined)
    const server = createServer((_request, response) => void response.end('here')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    opened.push({ close: () => server.close() })
    const { port } = server.address() as AddressInfo
    const send = fetchBy(rulesOf(proxy))
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await (await send(`http://${host}:${String(port)}/`)).text()).toBe('here')
    }
    expect(await causeOf(send('http://api.example.test/'))).toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' })
    expect(proxy.connections()).toBe(0)
  })

  it('has a body that ends in an error where the answer was cut off', async () => {
    const { proxy, url } = await behindProxy((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    expect(await kindOf(async () => rulesOf(proxy), url)).toBe('network')
  })

  it('ends at once with its signal, also before the way through the proxy is open', async () => {
    const came = Promise.withResolvers<void>()
    const silent = closing(
      await startConnectProxy({
        hosts: {},
        answer: () => {
          came.resolve()
          return true
        }
      })
    )
    const ending = new AbortController()
    const sent = causeOf(fetchBy(rulesOf(silent))(`https://${HOST}/`, { signal: ending.signal }))
    await came.promise
    ending.abort()
    expect(await sent).toMatchObject({ name: 'AbortError' })
  })

  it('is a network that was never reached where the proxy opens no way, or the rules are not valid', async () => {
    const { url, upstream } = await behindProxy(() => undefined)
    const closed = closing(await startConnectProxy({ hosts: {} }))
    expect(await causeOf(fetchBy(rulesOf(closed))(url))).toMatchObject({ code: 'PROXY_REFUSED' })
    expect(await kindOf(async () => rulesOf(closed), url)).toBe('no-connection')
    const broken = async (): Promise<NetworkRules> => {
      throw new VaultError('CONFIG_INVALID')
    }
    expect(await kindOf(broken, url)).toBe('no-connection')
    expect(upstream.connections()).toBe(0)
  })

  it('trusts no other authority than those that are set, and the next request follows a change', async () => {
    const { proxy, url, upstream } = await behindProxy((_request, response) => void response.end('here'))
    let rules = rulesOf(proxy, { ca: [makeAuthority('Another').cert] })
    const current = async (): Promise<NetworkRules> => rules
    expect(await kindOf(current, url)).toBe('certificate')
    expect(upstream.requests).toEqual([])
    rules = rulesOf(proxy)
    expect(await kindOf(current, url)).toBe('here')
  })
})
