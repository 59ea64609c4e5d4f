import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { makeAuthority } from './certificates.ts'
import {
  authority,
  codeOf,
  drain,
  failureOf,
  HOST,
  pair,
  readBody,
  requestTo,
  resolverTo,
  senderWith,
  startUpstream,
  TOKEN,
  type Upstream,
  writePiece
} from './sender-world.ts'

const MIB = 1024 * 1024

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

describe('threat: another server takes the place of the host', () => {
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

describe('threat: a name or an address leads into the private network (DNS rebinding)', () => {
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

describe('the headers of a request', () => {
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

describe('threat: access goes on after lock, sign-out, removal or revocation (cut)', () => {
  it('ends a running stream and the idle connections', async () => {
    const upstream = await serving(async ({ url }, response) => {
      await writePiece(response, 'first')
      if (url === '/whole') response.end()
    })
    const closed = countClosed(upstream, 2)
    const running = await sender.send(requestTo(upstream))
    await readBody(await sender.send(requestTo(upstream, { path: '/whole' })))
    expect(upstream.connections()).toBe(2)
    const { text, error } = await readWhile(running.body, () => sender.cut('one'))
    expect([text, codeOf(error)]).toEqual(['first', 'APPROVAL_DENIED'])
    await closed
  })

  it('sends a GET that waits for its answer on a kept connection no second time', async () => {
    const upstream = await serving(({ url }, response) => {
      if (url === '/first') response.end()
      else sender.cut('one')
    })
    await drain((await sender.send(requestTo(upstream, { path: '/first' }))).body)
    expect(await failureOf(sender.send(requestTo(upstream, { path: '/second' })))).toBe('APPROVAL_DENIED')
    expect(upstream.requests).toEqual(['GET /first', 'GET /second'])
  })

  it('sends nothing whose body was still coming in', async () => {
    const upstream = await serving(answerOk)
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first')
      sender.cut('one')
      yield Buffer.from('last')
    }
    expect(await failureOf(sender.send(requestTo(upstream, { method: 'POST', body: body() })))).toBe(
      'APPROVAL_DENIED'
    )
    expect(upstream.connections()).toBe(0)
  })

  it('leaves the streams of another credential alone', async () => {
    const upstream = await serving(async (_request, response) => {
      await writePiece(response, 'first')
      finish = () => void response.end('last')
    })
    let finish = (): void => undefined
    const answer = await sender.send(requestTo(upstream))
    sender.cut('two')
    finish()
    expect(await readBody(answer)).toMatchObject({ text: 'firstlast', error: null })
  })

  it('lets a request that comes later make a new connection', async () => {
    const upstream = await serving(answerOk)
    await readBody(await sender.send(requestTo(upstream)))
    sender.cut('one')
    expect((await sender.send(requestTo(upstream))).status).toBe(200)
    expect(upstream.connections()).toBe(2)
  })
})

/** Resolves when that many connections of the server are closed. */
function countClosed({ server }: Upstream, wanted: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let count = 0
  server.on('secureConnection', (socket) =>
    socket.once('close', () => {
      count += 1
      if (count === wanted) resolve()
    })
  )
  return promise
}

async function readWhile(body: AsyncIterable<Uint8Array>, onPiece: () => void) {
  const pieces: Uint8Array[] = []
  const { error } = await drain(body, (piece) => {
    pieces.push(piece)
    onPiece()
  })
  return { text: Buffer.concat(pieces).toString(), error }
}

describe('a request that the client cancels', () => {
  it('ends at the server, before there is an answer', async () => {
    const stop = new AbortController()
    const closed = Promise.withResolvers<void>()
    const upstream = await serving((_request, response) => {
      response.once('close', () => closed.resolve())
      stop.abort()
    })
    expect(await failureOf(sender.send(requestTo(upstream, { signal: stop.signal })))).toBe('INVALID_REQUEST')
    await closed.promise
    expect(upstream.requests).toHaveLength(1)
  })

  it('ends at the server, in the middle of an answer', async () => {
    const stop = new AbortController()
    const closed = Promise.withResolvers<void>()
    const upstream = await serving((_request, response) => {
      response.once('close', () => closed.resolve())
      response.write('first')
    })
    const answer = await sender.send(requestTo(upstream, { signal: stop.signal }))
    const { text, error } = await readWhile(answer.body, () => stop.abort())
    expect([text, codeOf(error)]).toEqual(['first', 'INVALID_REQUEST'])
    await closed.promise
  })

  it('ends at the server where the reader stops, and where the answer is dropped', async () => {
    const closed = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let count = 0
    const upstream = await serving((_request, response) => {
      const end = closed[count]
      count += 1
      response.once('close', () => end?.resolve())
      response.write('first')
    })
    for await (const piece of (await sender.send(requestTo(upstream))).body) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
    await closed[0]?.promise
    const answer = await sender.send(requestTo(upstream))
    answer.discard()
    await closed[1]?.promise
  })

  it('ends while a body is awaited that never comes', async () => {
    const stop = new AbortController()
    const upstream = await serving(answerOk)
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          stop.abort()
          return await new Promise<never>(() => undefined)
        }
      })
    }
    const request = requestTo(upstream, { method: 'POST', body, signal: stop.signal })
    expect(await failureOf(sender.send(request))).toBe('INVALID_REQUEST')
    expect(upstream.connections()).toBe(0)
  })
})

describe('a body that is sent', () => {
  async function* pieces(count: number, onPiece: () => void = () => undefined): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < count; at += 1) {
      onPiece()
      yield Buffer.alloc(64 * 1024, '.')
    }
  }

  it('has its length where it is short, and is chunked where it is long', async () => {
    const seen: unknown[] = []
    const upstream = await serving(async (request, response) => {
      const { length } = await drain(request)
      seen.push([length, request.headers['content-length'], request.headers['transfer-encoding']])
      response.end()
    })
    for (const count of [0, 2, 40]) {
      await readBody(await sender.send(requestTo(upstream, { method: 'POST', body: pieces(count) })))
    }
    expect(seen).toEqual([
      [0, '0', undefined],
      [131_072, '131072', undefined],
      [2_621_440, undefined, 'chunked']
    ])
  })

  it('of 50 MB goes at the pace of the server, with bounded memory and without a warning', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    let given = 0
    let taken = 0
    let furthest = 0
    const upstream = await serving(async (request, response) => {
      for await (const piece of request as AsyncIterable<Uint8Array>) {
        taken += piece.length
        for (let turn = 0; turn < 2; turn += 1) await new Promise(setImmediate)
        furthest = Math.max(furthest, given - taken)
      }
      response.end()
    })
    const body = pieces(800, () => (given += 64 * 1024))
    await readBody(await sender.send(requestTo(upstream, { method: 'POST', body })))
    process.off('warning', onWarning)
    expect([taken, warnings]).toEqual([50 * MIB, []])
    expect(furthest).toBeLessThan(16 * MIB)
  })

  it('is not read on once the server has ended the request', async () => {
    let given = 0
    const upstream = await serving(({ socket }) => void socket.destroy())
    const body = pieces(10_000, () => (given += 1))
    expect(await failureOf(sender.send(requestTo(upstream, { method: 'POST', body })))).toBe(
      'PROVIDER_UNREACHABLE'
    )
    const before = given
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect(given).toBeLessThanOrEqual(before + 1)
    expect(given).toBeLessThan(10_000)
  })

  it('that breaks ends the request, so that the server sees no whole body', async () => {
    const ended = Promise.withResolvers<unknown>()
    const upstream = await serving(async (request) => ended.resolve((await drain(request)).error))
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(40)
      throw new Error('the client is gone')
    }
    expect(await failureOf(sender.send(requestTo(upstream, { method: 'POST', body: broken() })))).toBe(
      'PROVIDER_UNREACHABLE'
    )
    expect(await ended.promise).toBeInstanceOf(Error)
  })

  it('that breaks after the head of the answer ends the answer, too', async () => {
    const upstream = await serving((request, response) => {
      request.resume()
      response.write('early')
    })
    const isAnswered = Promise.withResolvers<void>()
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(40)
      await isAnswered.promise
      throw new Error('the client is gone')
    }
    const answer = await sender.send(requestTo(upstream, { method: 'POST', body: broken() }))
    const { text, error } = await readWhile(answer.body, () => isAnswered.resolve())
    expect([text, codeOf(error)]).toEqual(['early', 'PROVIDER_UNREACHABLE'])
  })
})

describe('a kept connection that the server closes', () => {
  /** Answers the first request; closes the connections of the next ones, `closing` at most. */
  async function closingServer(closing: number): Promise<Upstream> {
    let left = closing
    const upstream = await serving((request, response) => {
      if (request.url !== '/again' || left === 0) return void response.end('ok')
      left -= 1
      request.socket.destroy()
    })
    await drain((await sender.send(requestTo(upstream))).body)
    return upstream
  }

  it.each(['GET', 'HEAD'])('is replaced and a %s is sent once more', async (method) => {
    const upstream = await closingServer(1)
    const answer = await sender.send(requestTo(upstream, { method, path: '/again' }))
    expect(answer.status).toBe(200)
    expect(upstream.requests).toEqual(['GET /', `${method} /again`, `${method} /again`])
    expect(upstream.connections()).toBe(2)
  })

  it('is replaced once and no more', async () => {
    const upstream = await closingServer(2)
    expect(await failureOf(sender.send(requestTo(upstream, { path: '/again' })))).toBe('PROVIDER_UNREACHABLE')
    expect(upstream.requests).toEqual(['GET /', 'GET /again', 'GET /again'])
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('fails a %s, which may have been done', async (method) => {
    const upstream = await closingServer(1)
    expect(await failureOf(sender.send(requestTo(upstream, { method, path: '/again' })))).toBe(
      'PROVIDER_UNREACHABLE'
    )
    expect(upstream.requests).toEqual(['GET /', `${method} /again`])
  })

  it('fails a GET with a body', async () => {
    const upstream = await closingServer(1)
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a body')
    }
    expect(await failureOf(sender.send(requestTo(upstream, { path: '/again', body: body() })))).toBe(
      'PROVIDER_UNREACHABLE'
    )
    expect(upstream.requests).toHaveLength(2)
  })
})
