import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { VaultRefusal } from './vault-connection.ts'
import { type Incoming, openRelayServer, type Outgoing, type RelayServer } from './relay-server.ts'

type Answering = (wanted: Incoming, signal: AbortSignal) => Promise<Outgoing>

let relay: RelayServer | null = null
/** What the vault was asked to send. */
let wanted: Incoming[] = []

afterEach(() => {
  relay?.close()
  relay = null
  wanted = []
})

/** An answer of the vault. */
function answer(body: AsyncIterable<Uint8Array>, head: Partial<Omit<Outgoing, 'body'>> = {}): Outgoing {
  const { status = 200, statusText = 'OK', headers = [] } = head
  return { status, statusText, headers, body }
}

async function* bodyOf(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}

async function open(answering: Answering = async () => answer(bodyOf('ok'))): Promise<string> {
  relay = await openRelayServer(async (request, signal) => {
    wanted.push(request)
    return await answering(request, signal)
  })
  return relay.url
}

type Sent = { readonly method?: string; readonly headers?: OutgoingHttpHeaders; readonly body?: string }

async function send(
  url: string,
  { method = 'GET', headers = {}, body }: Sent = {}
): Promise<IncomingMessage> {
  const sent = httpRequest(url, { method, headers, agent: false })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

describe('the address of a relay', () => {
  it('is on this computer alone and has a path of 256 random bits', async () => {
    const first = await open()
    relay?.close()
    const second = await open()
    for (const url of [first, second]) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/)
    expect(new URL(first).pathname).not.toBe(new URL(second).pathname)
  })

  it.each([
    ['', '/'],
    ['/', '/'],
    ['/v1/a?b=c', '/v1/a?b=c'],
    ['?b=c', '/?b=c'],
    ['//evil.example/', '//evil.example/'],
    ['/a%2fb', '/a%2fb'],
    ['/@evil.example', '/@evil.example']
  ])('followed by “%s” is sent to the host behind it, as it is', async (rest, path) => {
    const url = new URL(await open())
    const sent = httpRequest({
      port: url.port,
      host: url.hostname,
      path: `${url.pathname}${rest}`,
      agent: false
    })
    const [response] = (await once(sent.end(), 'response')) as [IncomingMessage]
    expect(await text(response)).toBe('ok')
    expect(wanted.map((each) => each.path)).toEqual([path])
  })

  it.each(['/', '/v1/a', '/x', ''])('is not there without its secret, at “%s”', async (path) => {
    const url = new URL(await open())
    const wrong = url.pathname.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const place of [path, `${wrong}${path}`, `${url.pathname}x${path}`]) {
      const response = await send(`${url.origin}${place}`)
      expect([response.statusCode, await text(response)]).toEqual([404, ''])
    }
    expect(wanted).toEqual([])
  })

  it.each([
    { host: 'localhost:1' },
    { host: 'evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' }
  ])('is not there for a page: %o', async (headers: OutgoingHttpHeaders) => {
    const response = await send(await open(), { headers })
    expect(response.statusCode).toBe(404)
    expect(wanted).toEqual([])
  })

  it('takes 128 connections at once: more of them are closed, and take no descriptor of the vault', async () => {
    const { hostname, port } = new URL(await open())
    const sockets = Array.from({ length: 160 }, () => connect(Number(port), hostname))
    const closed = sockets.map((socket) => {
      socket.on('error', () => undefined)
      return once(socket, 'close').then(() => socket)
    })
    const first = await Promise.race(closed)
    const refused = new Set<unknown>([first])
    for (const each of closed) void each.then((socket) => refused.add(socket))
    await expect.poll(() => refused.size).toBe(32)
    for (const socket of sockets) socket.destroy()
    await Promise.all(closed)
    expect((await send(relay?.url ?? '')).statusCode).toBe(200)
  })

  it('is gone once the relay is closed, with what is under way', async () => {
    const began = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    const url = await open(async (_wanted, signal) => {
      began.resolve()
      await once(signal, 'abort')
      aborted.resolve()
      throw new VaultError('INVALID_REQUEST')
    })
    const response = send(url)
    const failed = expect(response).rejects.toMatchObject({ code: 'ECONNRESET' })
    await began.promise
    relay?.close()
    await failed
    await aborted.promise
    await expect(send(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('a request through a relay', () => {
  it('keeps its method, its body and its headers', async () => {
    let body = ''
    const url = await open(async (request) => {
      body = await text(request.body ?? bodyOf())
      return answer(bodyOf())
    })
    const headers = { 'X-Own': 'mine', authorization: 'Bearer dummy', 'content-type': 'text/plain' }
    await send(url, { method: 'PUT', headers, body: 'the body' })
    expect(body).toBe('the body')
    expect(wanted[0]?.method).toBe('PUT')
    expect(wanted[0]?.headers).toEqual(
      expect.arrayContaining([
        ['X-Own', 'mine'],
        ['content-type', 'text/plain']
      ])
    )
  })

  it('has no body if none is announced', async () => {
    await send(await open(), { method: 'POST' })
    await send(relay?.url ?? '', { method: 'DELETE', headers: { 'content-length': 0 } })
    expect(wanted.map(({ body }) => body)).toEqual([null, null])
  })

  it('ends in the vault when its program is gone', async () => {
    const began = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    const url = await open(async (_wanted, signal) => {
      began.resolve()
      await once(signal, 'abort')
      aborted.resolve()
      throw new VaultError('INVALID_REQUEST')
    })
    const sent = httpRequest(url, { agent: false }).on('error', () => undefined)
    sent.end()
    await began.promise
    sent.destroy()
    await aborted.promise
  })

  it('is not taken with two Host headers, as an upgrade, or as a tunnel', async () => {
    const { host, pathname, port } = new URL(await open())
    const say = async (lines: readonly string[]): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined)
      socket.write([...lines, '', ''].join('\r\n'))
      return await text(socket)
    }
    const line = `GET ${pathname} HTTP/1.1`
    expect(await say([line, `Host: ${host}`, `host: ${host}`, 'Connection: close'])).toMatch(
      /^HTTP\/1\.1 40[04] /
    )
    expect(await say([line, `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket'])).toBe('')
    expect(await say(['CONNECT api.example.net:443 HTTP/1.1', `Host: ${host}`])).toBe('')
    expect(wanted).toEqual([])
  })
})

describe('an answer through a relay', () => {
  it('keeps its status, its headers and its body, and lets no page read it', async () => {
    const headers = [
      ['X-Id', '7'],
      ['Link', '<a>'],
      ['Link', '<b>'],
      ['Access-Control-Allow-Origin', '*']
    ] as const
    const url = await open(async () =>
      answer(bodyOf('first ', 'last'), { status: 418, statusText: 'Teapot', headers })
    )
    const response = await send(url)
    expect([response.statusCode, response.statusMessage, await text(response)]).toEqual([
      418,
      'Teapot',
      'first last'
    ])
    expect(response.headers).toMatchObject({ 'x-id': '7', link: '<a>, <b>' })
    expect(response.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('passes an event on at once', async () => {
    const read = Promise.withResolvers<void>()
    async function* events(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('data: 1\n\n')
      await read.promise
      yield Buffer.from('data: 2\n\n')
    }
    const response = await send(await open(async () => answer(events())))
    const [first] = (await once(response, 'data')) as [Buffer]
    expect(first.toString()).toBe('data: 1\n\n')
    read.resolve()
    expect(await text(response)).toBe('data: 2\n\n')
  })

  it('breaks off where the server’s does, so that nobody takes it for a whole one', async () => {
    const read = Promise.withResolvers<void>()
    async function* cutOff(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      await read.promise
      throw new VaultError('PROVIDER_UNREACHABLE')
    }
    const response = await send(await open(async () => answer(cutOff())))
    read.resolve()
    await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it.each([
    ['ORIGIN_NOT_ALLOWED', 403],
    ['APPROVAL_DENIED', 403],
    ['VAULT_LOCKED', 403],
    ['CERTIFICATE_REFUSED', 502],
    ['PROVIDER_UNREACHABLE', 502]
  ] as const)('says %s as an error of an API, with %i', async (code, status) => {
    const problem = new VaultError(code, { message: 'Why.' })
    const response = await send(await open(() => Promise.reject(problem)))
    expect(response.statusCode).toBe(status)
    expect(JSON.parse(await text(response))).toEqual({
      error: { type: 'latchkey', code, message: 'Latchkey: Why.' }
    })
  })

  it('says the refusal of the vault, and nothing of an error of another library', async () => {
    const refusal = new VaultRefusal({ code: 'BROKER_UNREACHABLE', message: 'Latchkey did not start.' })
    const refused = await send(await open(() => Promise.reject(refusal)))
    expect([refused.statusCode, await text(refused)]).toEqual([502, expect.stringContaining('did not start')])
    relay?.close()
    const foreign = await send(await open(() => Promise.reject(new TypeError('https://secret.example'))))
    const said = await text(foreign)
    expect(said).toContain('"code":"INTERNAL"')
    expect(said).not.toContain('secret')
  })
})
