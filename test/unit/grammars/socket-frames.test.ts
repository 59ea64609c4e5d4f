import { type Duplex, duplexPair } from 'node:stream'
import { expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { serveConnection, type SocketHandler } from '../../../src-main/broker/socket-connection.ts'
import { unknownPeer } from '../../../src-main/core/use/client.ts'
import { FrameChannel } from '../../../src-socket/frame-channel.ts'
import { type Frame, FrameReader, messageFrame } from '../../../src-socket/frames.ts'
import { challengeFrom, hello, proofOf } from '../../../src-socket/handshake.ts'
import { messageOf } from '../../../src-socket/socket-pair.testkit.ts'
import { mutate } from '../../fault/mutations.ts'
import { pick, type Random } from '../../fault/oauth-input.ts'
import { several, trials, tryAll, upTo } from './trials.ts'

const LARGEST = 262_144
const kinds = ['message', 'data', 'end', 'cancel'] as const
const secret = Buffer.alloc(32, 7)
const count = trials.toLocaleString('en')

const texts = [
  '{"request":"use","args":[]}',
  '{"request":"use","args":[{"a":1}]}',
  '{"request":"body","args":[]}',
  '{"request":"throw","args":[]}',
  '{"request":"use","args":{}}',
  '{"request":1,"args":[]}',
  '{"args":[]}',
  '[]',
  'null',
  '{"proof":"00"}',
  '{"latchkey":"hello","versions":[1],"client":"terminal","nonce":"00"}',
  `{"latchkey":"hello","versions":[1],"client":"terminal","nonce":"${'0a'.repeat(32)}"}`,
  `{"latchkey":"hello","versions":[9],"client":"terminal","nonce":"${'0a'.repeat(32)}"}`,
  '{"ok":true',
  '"\u00e9"',
  ''
]

/** The bytes of a frame; its length and its kind are sometimes wrong. */
function frameBytes(random: Random): Buffer {
  const kind = random() < 0.6 ? 0 : upTo(random, random() < 0.1 ? 255 : 3)
  const isEmpty = kind > 1 && random() < 0.9
  const payload = isEmpty ? '' : kind === 0 ? pick(random, texts) : 'x'.repeat(upTo(random, 40))
  const body = Buffer.from(payload)
  const head = Buffer.alloc(5)
  const wrong = [0, LARGEST + 2, 0xff_ff_ff_ff, body.length, body.length + 2]
  head.writeUInt32BE(random() < 0.03 ? pick(random, wrong) : body.length + 1, 0)
  head.writeUInt8(kind, 4)
  return Buffer.concat([head, body])
}

function streamBytes(random: Random): Buffer {
  const bytes = Buffer.concat(several(random, 6, () => frameBytes(random)))
  return random() < 0.3 ? mutate(bytes, random) : bytes
}

function inPieces(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const size = random() < 0.3 ? 1 : 1 + upTo(random, 60)
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

type Read = { readonly frames: readonly Frame[]; readonly isBroken: boolean }

/** What the grammar says of the bytes, written as plainly as can be. */
function readPlainly(bytes: Buffer): Read {
  const frames: Frame[] = []
  for (let at = 0; bytes.length - at >= 5;) {
    const length = bytes.readUInt32BE(at) - 1
    const kind = kinds[bytes.readUInt8(at + 4)]
    if (kind === undefined || length < 0 || length > LARGEST) return { frames, isBroken: true }
    if (bytes.length - at - 5 < length) break
    const payload = bytes.subarray(at + 5, at + 5 + length)
    at += 5 + length
    if (kind === 'data') frames.push({ kind, bytes: payload })
    else if (kind === 'message') {
      try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
        frames.push({ kind, value: JSON.parse(text) })
      } catch {
        return { frames, isBroken: true }
      }
    } else if (length > 0) return { frames, isBroken: true }
    else frames.push({ kind })
  }
  return { frames, isBroken: false }
}

it(
  `frames are read as the grammar says, however they are split or broken (${count} streams)`,
  { timeout: 900_000 },
  async () => {
    let broken = 0
    await tryAll((random) => {
      const bytes = streamBytes(random)
      const right = readPlainly(bytes)
      const reader = new FrameReader()
      const got: Frame[] = []
      const read = (): void => {
        for (const piece of inPieces(bytes, random)) got.push(...reader.push(piece))
      }
      if (right.isBroken) expect(read).toThrow(/^A (?:frame|message) /)
      else read()
      // The frames of the piece that is broken are dropped with it.
      expect(got).toEqual(right.isBroken ? right.frames.slice(0, got.length) : right.frames)
      broken += right.isBroken ? 1 : 0
    })
    expect(broken / trials).toBeGreaterThan(0.1)
    expect(broken / trials).toBeLessThan(0.9)
  }
)

type Called = { readonly name: unknown; readonly args: unknown }

/** A handler that notes each call, and answers in every way that a handler can. */
function noting(called: Called[]): SocketHandler {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('answer')
  }
  return async (name, args, caller) => {
    called.push({ name, args })
    if (name === 'throw') throw new VaultError('VAULT_LOCKED')
    if (name !== 'body') return { value: args.length, ...(args.length > 0 && { body: body() }) }
    let length = 0
    for await (const bytes of caller.body()) length += bytes.length
    return { value: length }
  }
}

/** A vault at one end of a pair of streams, and the other end. `served` resolves when the connection has ended. */
function vaultWith(called: Called[]): { client: Duplex; served: Promise<void> } {
  const [client, server] = duplexPair()
  client.on('error', () => undefined)
  const served = serveConnection(new FrameChannel(server), unknownPeer, {
    clients: {
      find: async (id) => (id === 'terminal' ? { client: { id, name: id }, secret } : null)
    },
    handle: noting(called),
    handshakeMs: 1000
  })
  return { client, served }
}

/** Sends bytes in pieces. The client goes away only if they are not broken: broken ones end it on their own. */
function sendAll(client: Duplex, bytes: Buffer, random: Random): void {
  client.resume()
  for (const piece of inPieces(bytes, random)) client.write(piece)
  if (!readPlainly(bytes).isBroken) client.end()
}

it(
  `no handler is called before the handshake is done, whatever is sent (${count} connections)`,
  { timeout: 900_000 },
  async () => {
    await tryAll(async (random) => {
      const called: Called[] = []
      const { client, served } = vaultWith(called)
      sendAll(client, streamBytes(random), random)
      await served
      expect(called).toEqual([])
    })
  }
)

it(
  `after the handshake a handler gets requests and nothing else, and a broken frame ends all (${count} connections)`,
  { timeout: 900_000 },
  async () => {
    let calls = 0
    await tryAll(async (random) => {
      const called: Called[] = []
      const { client, served } = vaultWith(called)
      await shakeHands(new FrameChannel(client))
      const good = several(random, 4, () =>
        messageFrame({ request: pick(random, ['use', 'throw']), args: [] })
      )
      const bytes = Buffer.concat([...good, streamBytes(random)])
      const requests = readPlainly(bytes).frames.flatMap((frame) => {
        const value =
          frame.kind === 'message' ? (frame.value as { request?: unknown; args?: unknown } | null) : null
        return typeof value?.request === 'string' && Array.isArray(value.args)
          ? [{ name: value.request, args: value.args }]
          : []
      })
      sendAll(client, bytes, random)
      await served
      expect(called).toEqual(requests.slice(0, called.length))
      calls += called.length
    })
    expect(calls).toBeGreaterThan(trials / 2)
  }
)

async function shakeHands(channel: FrameChannel): Promise<void> {
  const said = hello('terminal')
  await channel.send(said)
  const challenge = challengeFrom(await messageOf(channel))
  if (challenge === null) throw new Error('no challenge')
  const { version, nonce } = challenge
  await channel.send({ proof: proofOf('client', secret, { hello: said, version, serverNonce: nonce }) })
  expect(await messageOf(channel)).toEqual({ ready: true })
}
