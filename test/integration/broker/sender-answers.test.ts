import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  deflateSync,
  gzipSync,
  zstdCompressSync
} from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import {
  codeOf,
  drain,
  failureOf,
  readBody,
  requestTo,
  senderWith,
  startUpstream,
  TOKEN,
  type Upstream,
  roomIn,
  valuesOf,
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

const encoded = (body: Uint8Array, encoding: string) => (_: unknown, response: ServerResponse) =>
  void response.setHeader('content-encoding', encoding).end(body)

describe('threat: output leakage (a server echoes the token)', () => {
  it('removes the token from the body, headers, Location and the reason phrase, and counts each', async () => {
    const upstream = await serving(({ headers }, response) => {
      const token = headers.authorization?.slice('Bearer '.length) ?? ''
      response.writeHead(302, `Found ${token}`, [
        'location',
        `https://other.example.net/?t=${encodeURIComponent(token)}`,
        'link',
        `</next?token=${token}>; rel=next`,
        'x-base64',
        Buffer.from(token).toString('base64'),
        `x-${token}`,
        'a name'
      ])
      response.end(`{"token":"${token}"}`)
    })
    const answer = await sender.send(requestTo(upstream))
    const { text, error } = await readBody(answer)
    expect({ text, error }).toEqual({ text: '{"token":"[redacted]"}', error: null })
    expect(answer.statusText).toBe('Found [redacted]')
    expect(valuesOf(answer.headers, 'location')).toEqual(['https://other.example.net/?t=[redacted]'])
    expect(JSON.stringify(answer.headers).toLowerCase()).not.toContain(TOKEN.toLowerCase())
    expect(JSON.stringify(answer.headers)).not.toContain(Buffer.from(TOKEN).toString('base64'))
    expect(answer.removed()).toBe(6)
  })

  it('passes no trailers on, in which the token could hide', async () => {
    const upstream = await serving((_request, response) => {
      response.writeHead(200, { trailer: 'x-echo' })
      response.write('body')
      response.addTrailers({ 'x-echo': TOKEN })
      response.end()
    })
    const answer = await sender.send(requestTo(upstream))
    const { text, error } = await readBody(answer)
    expect({ text, error }).toEqual({ text: 'body', error: null })
    expect(JSON.stringify([answer, text])).not.toContain(TOKEN)
    expect(valuesOf(answer.headers, 'x-echo')).toEqual([])
  })

  it('removes a token that is split at every byte, each part in a record of its own', async () => {
    const splits = TOKEN.length - 1
    const upstream = await serving(async (_request, response) => {
      for (let at = 1; at <= splits; at += 1) {
        await writePiece(response, `|${TOKEN.slice(0, at)}`)
        await writePiece(response, TOKEN.slice(at))
      }
      for (const byte of `|${TOKEN}`) await writePiece(response, byte)
      response.end()
    })
    const answer = await sender.send(requestTo(upstream))
    const { text, error } = await readBody(answer)
    expect({ text, error }).toEqual({ text: '|[redacted]'.repeat(splits + 1), error: null })
    expect(answer.removed()).toBe(splits + 1)
  })

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync]
  ] as const)(
    'removes a token from a body that comes as %s though it asked for identity',
    async (name, pack) => {
      const wanted: unknown[] = []
      const upstream = await serving((request, response) => {
        wanted.push(request.headers['accept-encoding'])
        encoded(pack(Buffer.from(`<${TOKEN}>`)), name)(request, response)
      })
      const { text, error } = await readBody(await sender.send(requestTo(upstream)))
      expect({ text, error }).toEqual({ text: '<[redacted]>', error: null })
      expect(wanted).toEqual(['identity'])
    }
  )

  it.each(['gzip, br', 'gzip, gzip', 'identity, gzip', 'zstd', 'constructor', 'aes128gcm'])(
    'refuses a body with the encoding %j, because nothing in it could be found',
    async (encoding) => {
      const upstream = await serving(encoded(zstdCompressSync(Buffer.from(TOKEN)), encoding))
      expect(await failureOf(sender.send(requestTo(upstream)))).toBe('PROVIDER_REFUSED')
    }
  )

  it('tells whether an answer shows another credential, and not whether it shows the one that was sent', async () => {
    const other = `ghp_${'a1'.repeat(18)}`
    const own = `ghp_${'b2'.repeat(18)}`
    const upstream = await serving(({ url }, response) => void response.end(url === '/own' ? own : other))
    const credential = { key: 'one', secret: new Secret(own), scheme: { kind: 'bearer' } } as const
    const shown: boolean[] = []
    for (const path of ['/own', '/other']) {
      const answer = await sender.send(requestTo(upstream, { credential, path }))
      await readBody(answer)
      shown.push(answer.showsSecret())
    }
    expect(shown).toEqual([false, true])
  })

  it.each(['gzip, chunked', 'Chunked , gzip', 'gzip'])(
    'refuses a transfer with the encoding %j, which was not asked for and hides the body',
    async (encoding) => {
      const upstream = await serving((_request, response) => {
        response.writeHead(200, { 'transfer-encoding': encoding }).end(gzipSync(TOKEN))
      })
      expect(await failureOf(sender.send(requestTo(upstream)))).toBe('PROVIDER_REFUSED')
    }
  )

  it('refuses two encodings in two headers', async () => {
    const upstream = await serving((_request, response) => {
      response.writeHead(200, ['content-encoding', 'gzip', 'content-encoding', 'br'])
      response.end(gzipSync(TOKEN))
    })
    expect(await failureOf(sender.send(requestTo(upstream)))).toBe('PROVIDER_REFUSED')
  })

  it.each(['HEAD', 'GET'])('takes an answer to %s that has an encoding and no body', async (method) => {
    const upstream = await serving((_request, response) => {
      response.writeHead(method === 'HEAD' ? 200 : 304, { 'content-encoding': 'gzip' }).end()
    })
    const answer = await sender.send(requestTo(upstream, { method }))
    expect(await readBody(answer)).toEqual({ text: '', length: 0, error: null })
  })

  it('ends with an error where a body is not what its encoding says, also for a late reader', async () => {
    const upstream = await serving(encoded(Buffer.from('plain text'), 'gzip'))
    const answer = await sender.send(requestTo(upstream))
    // The whole body has come before the reader begins.
    await readBody(await sender.send(requestTo(await serving((_, response) => void response.end('next')))))
    const { text, error } = await readBody(answer)
    expect([text, codeOf(error)]).toEqual(['', 'PROVIDER_UNREACHABLE'])
  })
})

describe('threat: resource exhaustion (gzip and br bombs, an endless stream)', () => {
  it('stops a gzip bomb at 64 MiB with bounded memory', async () => {
    const member = gzipSync(Buffer.alloc(16 * MIB))
    await expectStopped(Buffer.concat(Array.from({ length: 64 }, () => member)), 'gzip')
  })

  it('stops a br bomb at 64 MiB with bounded memory', async () => {
    const packer = createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
    const packed: Buffer[] = []
    packer.on('data', (piece: Buffer) => packed.push(piece))
    for (let at = 0; at < 192; at += 1) if (!packer.write(Buffer.alloc(MIB))) await once(packer, 'drain')
    packer.end()
    await once(packer, 'end')
    await expectStopped(Buffer.concat(packed), 'br')
  })

  async function expectStopped(bomb: Uint8Array, encoding: string): Promise<void> {
    expect(bomb.length).toBeLessThan(2 * MIB)
    const upstream = await serving(encoded(bomb, encoding))
    const answer = await sender.send(requestTo(upstream))
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const { length, error } = await drain(answer.body, () => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    })
    expect(codeOf(error)).toBe('PROVIDER_REFUSED')
    expect(length).toBeGreaterThan(60 * MIB)
    expect(length).toBeLessThanOrEqual(64 * MIB)
    expect(most).toBeLessThan(128 * MIB)
  }

  it('takes an endless stream at the pace of a slow reader', async () => {
    let written = 0
    const upstream = await serving(async (_request, response) => {
      const piece = Buffer.alloc(64 * 1024, '.')
      while (!response.destroyed) {
        written += piece.length
        if (!response.write(piece)) await roomIn(response)
      }
    })
    const answer = await sender.send(requestTo(upstream))
    let read = 0
    let furthest = 0
    for await (const piece of answer.body) {
      read += piece.length
      // The server gets its turns, and runs ahead if nothing stops it.
      for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate)
      furthest = Math.max(furthest, written - read)
      if (read > 32 * MIB) break
    }
    expect(furthest).toBeLessThan(24 * MIB)
  })

  it('refuses a head of more than 64 KiB', async () => {
    const upstream = await serving((_request, response) => {
      for (let at = 0; at < 40; at += 1) response.setHeader(`x-${String(at)}`, '.'.repeat(2048))
      response.end()
    })
    expect(await failureOf(sender.send(requestTo(upstream)))).toBe('PROVIDER_UNREACHABLE')
  })
})

describe('threat: exfiltration by a redirect or another protocol', () => {
  it.each([301, 302, 303, 307, 308])(
    'returns a redirect with status %i and follows it nowhere',
    async (status) => {
      const second = await serving((_request, response) => void response.end())
      const location = `https://api.example.test:${String(second.port)}/steal`
      const upstream = await serving(
        (_request, response) => void response.writeHead(status, { location }).end()
      )
      const answer = await sender.send(requestTo(upstream))
      await drain(answer.body)
      expect([answer.status, valuesOf(answer.headers, 'location')]).toEqual([status, [location]])
      expect([upstream.requests.length, second.connections()]).toEqual([1, 0])
    }
  )

  it('fails where the server switches to another protocol', async () => {
    const upstream = await serving(({ socket }) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n')
    })
    expect(await failureOf(sender.send(requestTo(upstream)))).toBe('PROVIDER_REFUSED')
  })
})

describe('a truncated body', () => {
  type Cut = (response: ServerResponse, upstream: Upstream) => Promise<void>
  const cutAnswers: Readonly<Record<string, Cut>> = {
    'that is shorter than its length': async (response) => {
      response.setHeader('content-length', 100)
      await writePiece(response, 'first part')
      response.socket?.end()
    },
    'whose last chunk is missing': async (response) => {
      await writePiece(response, 'first part')
      response.socket?.end()
    },
    'in the middle of a chunk': async (response) => {
      await writePiece(response, 'first part')
      response.socket?.end('20\r\nnot the whole')
    },
    'by a reset': async (response, upstream) => {
      await writePiece(response, 'first part')
      upstream.reset()
    },
    'in a compressed body': async (response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('first part'.repeat(100)).subarray(0, -8))
    }
  }

  it.each(Object.keys(cutAnswers))('is an error, never a clean end: one %s', async (name) => {
    const upstream: Upstream = await serving(
      async (_request, response) => await cutAnswers[name]?.(response, upstream)
    )
    const { text, error } = await readBody(await sender.send(requestTo(upstream)))
    expect(codeOf(error)).toBe('PROVIDER_UNREACHABLE')
    expect((error as Error).message).toBe('The answer was cut off before its end.')
    if (name !== 'by a reset') expect(text).toContain('first part')
  })

  it('is an error also where the reader comes after the cut', async () => {
    const upstream = await serving(async (_request, response) => {
      response.setHeader('content-length', 100)
      await writePiece(response, 'first part')
      response.socket?.end()
    })
    const closed = new Promise((resolve) => {
      upstream.server.once('secureConnection', (socket: Socket) => socket.once('close', resolve))
    })
    const answer = await sender.send(requestTo(upstream))
    await closed
    expect(codeOf((await readBody(answer)).error)).toBe('PROVIDER_UNREACHABLE')
  })
})

describe('an event of a stream', () => {
  it('passes in at most 50 ms, best of ten, and before the next one is sent', async () => {
    const times: number[] = []
    const upstream = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      onNext = () => void response.write(`data: ${String(performance.now())} lk-canary-7Qy2 \n\n`)
    })
    let onNext = (): void => undefined
    const answer = await sender.send(requestTo(upstream))
    onNext()
    for await (const piece of answer.body) {
      times.push(performance.now() - Number(Buffer.from(piece).toString().split(' ')[1]))
      if (times.length === 10) break
      onNext()
    }
    expect(times).toHaveLength(10)
    expect(Math.min(...times)).toBeLessThanOrEqual(50)
  })
})
