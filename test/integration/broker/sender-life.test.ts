import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import {
  codeOf,
  drain,
  failureOf,
  readBody,
  requestTo,
  senderWith,
  startUpstream,
  type Upstream,
  writePiece
} from './sender-world.ts'

const MIB = 1024 * 1024

let sender: HttpsSender
const opened: Upstream[] = []
beforeEach(() => {
  sender = senderWith()
})
afterEach(() => {
  sender.close()
  for (const upstream of opened.splice(0)) upstream.close()
})

async function serving(...given: Parameters<typeof startUpstream>): Promise<Upstream> {
  const upstream = await startUpstream(...given)
  opened.push(upstream)
  return upstream
}

const answerOk = (_request: IncomingMessage, response: ServerResponse): void => void response.end('ok')

describe('attack: lock, sign-out, removal or revocation in the middle of a stream', () => {
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
    // The signal is aborted by now.
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

describe('the connections of a credential', () => {
  it('are kept for as many clients as there can be', async () => {
    const clients = 16
    const waiting: ServerResponse[] = []
    const upstream = await serving((_request, response) => {
      waiting.push(response)
      if (waiting.length === clients) for (const each of waiting.splice(0)) each.end('ok')
    })
    const askAtOnce = async (): Promise<void> => {
      const ask = async () => await readBody(await sender.send(requestTo(upstream)))
      await Promise.all(Array.from({ length: clients }, ask))
      await new Promise(setImmediate) // an agent takes a connection back after its answer
    }
    await askAtOnce()
    await askAtOnce()
    expect(upstream.connections()).toBe(clients)
  })
})

describe('a kept connection that the server closes', () => {
  /** A server with that many kept connections, which closes each with the next request on it. */
  async function closingServer(kept: number): Promise<Upstream> {
    const first: ServerResponse[] = []
    const known = new Set<unknown>()
    const upstream = await serving((request, response) => {
      if (known.has(request.socket)) return void request.socket.destroy()
      if (request.url === '/again') return void response.end('ok')
      known.add(request.socket)
      first.push(response)
      if (first.length === kept) first.forEach((each) => each.end('ok'))
    })
    const answers = Array.from({ length: kept }, () => sender.send(requestTo(upstream)))
    for (const answer of await Promise.all(answers)) await drain(answer.body)
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
    const upstream = await closingServer(3)
    expect(await failureOf(sender.send(requestTo(upstream, { path: '/again' })))).toBe('PROVIDER_UNREACHABLE')
    expect(upstream.requests.filter((each) => each === 'GET /again')).toHaveLength(2)
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
