import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { makeAuthority } from '../../support/certificates.ts'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import type { HostileAnswer, HostileWish } from './hostile-child.ts'
import { authority, HOST, pair, startUpstream, type Upstream } from './sender-world.ts'

/** An authority that only the environment of the starter names. */
const hostile = makeAuthority('Hostile Authority')
const LOOPBACK = ['127.0.0.1']

let folder: string
let proxy: { readonly port: number; readonly connections: () => number; readonly close: () => void }
const opened: Upstream[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  writeFileSync(join(folder, 'hostile.pem'), hostile.cert)
  proxy = await startProxy()
})
afterAll(() => {
  proxy.close()
  for (const upstream of opened) upstream.close()
  rmSync(folder, { recursive: true })
})

async function serving(...given: Parameters<typeof startUpstream>): Promise<Upstream> {
  const upstream = await startUpstream(...given)
  opened.push(upstream)
  return upstream
}

/** A server that only counts who comes, and lets nobody through. */
async function startProxy() {
  let connections = 0
  const server = createServer((socket: Socket) => {
    connections += 1
    socket.on('error', () => undefined)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, connections: () => connections, close: () => server.close() }
}

function hostileVariables(): Record<string, string> {
  const address = `http://127.0.0.1:${String(proxy.port)}`
  return {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_EXTRA_CA_CERTS: join(folder, 'hostile.pem'),
    SSL_CERT_FILE: join(folder, 'hostile.pem'),
    SSL_CERT_DIR: folder,
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: address,
    https_proxy: address,
    ALL_PROXY: address,
    NO_PROXY: '',
    no_proxy: '',
    SSLKEYLOGFILE: join(folder, 'keys.log')
  }
}

async function runChild(wish: HostileWish, env: Record<string, string>): Promise<HostileAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HostileAnswer>()
  const child = join(import.meta.dirname, 'hostile-child.ts')
  execFile(
    process.execPath,
    [child, JSON.stringify(wish)],
    { env: { PATH: process.env['PATH'] ?? '', ...env } },
    (error, text) => {
      if (error === null) resolve(JSON.parse(text) as HostileAnswer)
      else reject(error)
    }
  )
  return await promise
}

describe('threat: exfiltration by the environment of whoever starts the vault', () => {
  it('refuses the same servers, uses no proxy and logs no keys, although Node’s own clients obey', async () => {
    const handler: Parameters<typeof startUpstream>[0] = (_request, response) => void response.end()
    const second = await serving(handler)
    const location = `https://${HOST}:${String(second.port)}/`
    const servers = {
      good: await serving(handler),
      redirecting: await serving((_request, response) => void response.writeHead(302, { location }).end()),
      hostile: await serving(handler, hostile.issue({ name: HOST })),
      selfSigned: await serving(handler, makeAuthority(HOST)),
      expired: await serving(handler, authority.issue({ name: HOST, days: -1 })),
      otherName: await serving(handler, authority.issue({ name: 'other.example.test' })),
      old: await serving(handler, { ...pair, maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
    }
    const set = await startConnectProxy({ hosts: { [HOST]: 'asked' } })
    onTestFinished(() => set.close())
    const wish: HostileWish = {
      ca: authority.cert,
      host: HOST,
      providers: Object.values(servers).map(({ port }) => port),
      way: set.port,
      control: servers.selfSigned.port,
      requests: [
        ...Object.values(servers).map(({ port }) => ({ port, addresses: LOOPBACK, isLocal: true })),
        { port: servers.good.port, addresses: ['93.184.215.14', '127.0.0.1'], isLocal: false },
        { port: servers.good.port, addresses: LOOPBACK, isLocal: false }
      ]
    }
    const refused = Array.from({ length: 5 }, () => 'CERTIFICATE_REFUSED')
    const expected = [200, 302, ...refused, 'ORIGIN_NOT_ALLOWED', 'ORIGIN_NOT_ALLOWED']

    const answers = expected.slice(0, -2)
    const calm = await runChild(wish, {})
    expect([calm.results, calm.answers]).toEqual([expected, answers])
    expect(calm.nodeTrustsAnyone).toBe(false)
    expect(servers.hostile.requests).toEqual([])

    const { NODE_USE_ENV_PROXY: _useProxy, ...withoutProxy } = hostileVariables()
    const direct = await runChild(wish, withoutProxy)
    expect([direct.results, direct.answers]).toEqual([expected, answers])
    expect([direct.nodeTrustsAnyone, direct.fetchFailed]).toEqual([true, false])
    expect(proxy.connections()).toBe(0)

    const proxied = await runChild(wish, hostileVariables())
    expect([proxied.results, proxied.answers]).toEqual([expected, answers])
    // Only `fetch`, which the child calls last, has gone to the proxy.
    expect([proxied.fetchFailed, proxy.connections()]).toEqual([true, 1])

    expect(second.connections()).toBe(0)
    for (const name of ['hostile', 'expired', 'otherName', 'old'] as const) {
      expect(servers[name].requests).toEqual([])
    }
    expect(existsSync(join(folder, 'keys.log'))).toBe(false)
  })
})
