import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { FrameChannel } from './frame-channel.ts'
import { frameHead, FrameReader, LARGEST_PAYLOAD, messageFrame } from './frames.ts'
import { type Hello, helloFrom, proofOf } from './handshake.ts'
import {
  bytesOf,
  countedBody,
  type Listener,
  listen,
  manyTurns,
  messageOf,
  proveAsVault
} from './socket-pair.testkit.ts'
import { type Identity, VaultConnection } from './vault-connection.ts'

const identity: Identity = { client: 'terminal', secret: Buffer.alloc(32, 7) }
const notTheVault = {
  code: 'BROKER_UNREACHABLE',
  message: 'Another program answers at the place of Latchkey’s socket. Nothing was sent to it.'
}
const lost = {
  code: 'BROKER_UNREACHABLE',
  message: 'The connection to Latchkey was lost before the answer was complete.'
}

let listener: Listener | null = null
afterEach(async () => {
  await listener?.close()
  listener = null
})

/** Opens a connection to a vault that plays `script` once both sides have proved themselves. */
async function connected(script: (channel: FrameChannel) => Promise<void>) {
  const played = Promise.withResolvers<void>()
  listener = await listen((socket) => {
    const channel = new FrameChannel(socket)
    const plays = proveAsVault(channel, identity.secret).then(async () => await script(channel))
    plays.then(played.resolve, played.reject)
  })
  return { connection: await VaultConnection.open(listener.path, identity), played: played.promise }
}

describe('a client that meets another program at the socket', () => {
  /** Each returns the bytes by which the impostor answers a hello; null: it closes the connection. */
  const answers: Readonly<Record<string, (hello: Hello) => Buffer | null>> = {
    'closes the connection': () => null,
    'has another secret': (hello) => challenge(hello, { secret: Buffer.alloc(32, 8) }),
    'makes the proof of a client': (hello) => challenge(hello, { role: 'client' }),
    'repeats what the vault once said': (hello) => challenge({ ...hello, nonce: '0f'.repeat(32) }),
    'repeats what the vault said to another client': (hello) => challenge({ ...hello, client: 'other' }),
    'has the client’s own nonce': ({ nonce }) => messageFrame({ version: 1, nonce, proof: nonce }),
    'made the vault believe in an older offer': (hello) => challenge({ ...hello, versions: [0] }),
    'names a version that was not offered': (hello) => challenge(hello, { version: 2 }),
    'sends an empty proof': () => messageFrame({ version: 1, nonce: 'b2'.repeat(32), proof: '' }),
    'says that all is well': () => messageFrame({ ready: true }),
    'asks for a body': () => messageFrame({ go: true }),
    'sends a frame that is none': () => Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
    'sends half a frame': () => Buffer.concat([frameHead('message', 100), Buffer.alloc(3)]),
    'refuses in words of its own': () =>
      messageFrame({ ok: false, problem: { code: 'INVALID_REQUEST', message: 'no' } })
  }

  it.each(Object.keys(answers))('sends nothing but the hello if it %s', async (name) => {
    const impostor = await impostorWith((hello) => answers[name]?.(hello) ?? null)
    await expect(VaultConnection.open(impostor.path, identity)).rejects.toMatchObject({
      name: 'VaultRefusal'
    })
    const frames = new FrameReader().push(await impostor.bytes)
    expect(frames).toEqual([
      {
        kind: 'message',
        value: {
          latchkey: 'hello',
          versions: [1],
          client: 'terminal',
          nonce: expect.stringMatching(/^[0-9a-f]{64}$/)
        }
      }
    ])
  })

  it('says that another program answers there', async () => {
    const { path } = await impostorWith((hello) => challenge(hello, { secret: Buffer.alloc(32, 8) }))
    await expect(VaultConnection.open(path, identity)).rejects.toMatchObject({ problem: notTheVault })
  })

  it('says that the versions differ', async () => {
    const { path } = await impostorWith((hello) => challenge(hello, { version: 2 }))
    await expect(VaultConnection.open(path, identity)).rejects.toMatchObject({
      problem: { code: 'PROTOCOL_MISMATCH' }
    })
  })

  it('does not wait for ever for one that says nothing', async () => {
    listener = await listen((socket) => void socket.resume())
    await expect(VaultConnection.open(listener.path, identity, 20)).rejects.toMatchObject({ problem: lost })
  })

  it('gives the system’s error if nobody listens', async () => {
    await expect(VaultConnection.open('/tmp/latchkey-no-such.sock', identity)).rejects.toMatchObject({
      code: 'ENOENT'
    })
  })
})

type Change = { secret?: Uint8Array; role?: 'client' | 'server'; version?: number }

/** What a vault would say to a hello, or says wrongly. */
function challenge(
  hello: Hello,
  { secret = identity.secret, role = 'server', version = 1 }: Change = {}
): Buffer {
  const serverNonce = 'b2'.repeat(32)
  return messageFrame({
    version,
    nonce: serverNonce,
    proof: proofOf(role, secret, { hello, version, serverNonce })
  })
}

/** A program at the socket that keeps every byte it gets, until the client is gone. */
async function impostorWith(answer: (hello: Hello) => Buffer | null) {
  const all = Promise.withResolvers<Buffer>()
  listener = await listen((socket) => void record(socket, answer).then(all.resolve, all.reject))
  return { path: listener.path, bytes: all.promise }
}

async function record(socket: Socket, answer: (hello: Hello) => Buffer | null): Promise<Buffer> {
  const reader = new FrameReader()
  const pieces: Buffer[] = []
  socket.on('data', (bytes) => {
    pieces.push(bytes)
    const [frame] = reader.push(bytes)
    const hello = frame?.kind === 'message' ? helloFrom(frame.value) : null
    if (hello === null) return
    const said = answer(hello)
    if (said === null) socket.end()
    // A cut frame ends with the connection.
    else if (said.length < 10) socket.end(said)
    else socket.write(said)
  })
  socket.resume()
  await once(socket, 'close')
  return Buffer.concat(pieces)
}

describe('a request', () => {
  it('is answered, after what the vault tells meanwhile', async () => {
    const { connection, played } = await connected(async (channel) => {
      expect(await messageOf(channel)).toEqual({ request: 'use', args: [{ a: 1 }] })
      await channel.send({ notice: 'one' })
      await channel.send({ notice: 'two' })
      await channel.send({ ok: true, value: 5, hasBody: false })
    })
    const notices: unknown[] = []
    const answer = await connection.stream('use', [{ a: 1 }], { onNotice: (notice) => notices.push(notice) })
    expect([answer, notices]).toEqual([{ value: 5, body: null }, ['one', 'two']])
    await played
  })

  it('is refused with the code and the sentence of the vault, and another can follow', async () => {
    const { connection, played } = await connected(async (channel) => {
      await messageOf(channel)
      await channel.send({
        ok: false,
        problem: { code: 'VAULT_LOCKED', message: 'Locked.', retryable: true }
      })
      await messageOf(channel)
      await channel.send({ ok: true, value: 'later', hasBody: false })
    })
    await expect(connection.ask('use')).rejects.toMatchObject({
      problem: { code: 'VAULT_LOCKED', message: 'Locked.' }
    })
    expect(await connection.ask('use')).toBe('later')
    await played
  })

  it('that is too long for a frame is refused by itself, and another can follow', async () => {
    const { connection, played } = await connected(async (channel) => {
      expect(await messageOf(channel)).toEqual({ request: 'short', args: [] })
      await channel.send({ ok: true, value: 1, hasBody: false })
    })
    await expect(connection.ask('long', 'x'.repeat(LARGEST_PAYLOAD))).rejects.toMatchObject({
      problem: { code: 'INVALID_REQUEST', message: 'The request is too long.' }
    })
    expect(await connection.ask('short')).toBe(1)
    await played
  })

  it.each<[string, (channel: FrameChannel) => Promise<void>]>([
    ['is gone', async (channel) => channel.destroy()],
    ['sends a body that was not announced', async (channel) => await channel.sendData(Buffer.from('x'))],
    ['sends a value that is no object', async (channel) => await channel.send(null)]
  ])('is lost if the vault %s', async (_name, end) => {
    const { connection } = await connected(async (channel) => {
      await messageOf(channel)
      await end(channel)
    })
    await expect(connection.ask('use')).rejects.toMatchObject({ problem: lost })
  })

  it('is lost if the vault sends what is no frame', async () => {
    listener = await listen((socket) => {
      const channel = new FrameChannel(socket)
      void proveAsVault(channel, identity.secret)
        .then(async () => await messageOf(channel))
        .then(() => socket.write(Buffer.of(0, 0, 0, 0, 0)))
    })
    const connection = await VaultConnection.open(listener.path, identity)
    await expect(connection.ask('use')).rejects.toMatchObject({ problem: lost })
  })
})

describe('the body of a request', () => {
  it('is not read before the vault asks for it, then sent whole', async () => {
    const { counter, body } = countedBody(20, 100_000)
    let before = -1
    let got = 0
    const { connection, played } = await connected(async (channel) => {
      await messageOf(channel)
      await manyTurns()
      before = counter.taken
      await channel.send({ go: true })
      let frame = await channel.next()
      for (; frame?.kind === 'data'; frame = await channel.next()) got += frame.bytes.length
      expect(frame).toEqual({ kind: 'end' })
      await channel.send({ ok: true, value: 'done', hasBody: false })
    })
    expect((await connection.stream('use', [], { body })).value).toBe('done')
    await played
    expect([before, got]).toEqual([0, 2_000_000])
  })

  it('ends with a cancel and no clean end if it can not be read to its end', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      throw new Error('disk')
    }
    const { connection, played } = await connected(async (channel) => {
      await messageOf(channel)
      await channel.send({ go: true })
      expect(await channel.next()).toMatchObject({ kind: 'data' })
      expect(await channel.next()).toEqual({ kind: 'cancel' })
      await channel.send({ ok: false, problem: { code: 'INVALID_REQUEST', message: 'cancelled' } })
    })
    await expect(connection.stream('use', [], { body: failing() })).rejects.toMatchObject({
      problem: { message: 'cancelled' }
    })
    await played
  })

  it('is not read further than the vault reads', async () => {
    const { counter, body } = countedBody(500, 100_000)
    let ahead = Infinity
    const { connection, played } = await connected(async (channel) => {
      await messageOf(channel)
      await channel.send({ go: true })
      await channel.next()
      await manyTurns()
      ahead = counter.taken
      channel.destroy()
    })
    await expect(connection.stream('use', [], { body })).rejects.toMatchObject({ problem: lost })
    await played
    expect(ahead).toBeLessThan(2 * 1024 * 1024)
  })

  it.each(['answered', 'refused', 'cancelled'] as const)(
    'sends nothing more once its request is %s: the next request gets none of it',
    async (how) => {
      const goOn = Promise.withResolvers<void>()
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('first')
        await goOn.promise
        yield Buffer.from('of the first request')
      }
      const { connection, played } = await connected(async (channel) => {
        await messageOf(channel)
        await channel.send({ go: true })
        expect(await channel.next()).toEqual({ kind: 'data', bytes: Buffer.from('first') })
        if (how === 'cancelled') {
          await channel.send({ notice: 'cancel now' })
          expect(await channel.next()).toEqual({ kind: 'cancel' })
        }
        await channel.send(
          how === 'answered'
            ? { ok: true, value: 1, hasBody: false }
            : { ok: false, problem: { code: 'INVALID_REQUEST', message: 'no' } }
        )
        expect(await messageOf(channel)).toEqual({ request: 'second', args: [] })
        await channel.send({ go: true })
        goOn.resolve()
        expect(await channel.next()).toEqual({ kind: 'data', bytes: Buffer.from('of the second') })
        expect(await channel.next()).toEqual({ kind: 'end' })
        await channel.send({ ok: true, value: 2, hasBody: false })
      })
      const onNotice = (): void => void connection.cancel()
      await connection.stream('first', [], { body: slow(), onNotice }).catch(() => undefined)
      async function* other(): AsyncGenerator<Uint8Array> {
        await goOn.promise
        await manyTurns()
        yield Buffer.from('of the second')
      }
      expect((await connection.stream('second', [], { body: other() })).value).toBe(2)
      await played
    }
  )
})

describe('the body of an answer', () => {
  it('is given piece by piece to its end, and another request can follow', async () => {
    const { connection, played } = await connected(async (channel) => {
      for (const text of ['one', 'two']) {
        await messageOf(channel)
        await channel.send({ ok: true, value: text, hasBody: true })
        for (const piece of text) await channel.sendData(Buffer.from(piece))
        await channel.sendEnd()
      }
    })
    expect(String(await bytesOf((await connection.stream('use', [])).body))).toBe('one')
    expect(String(await bytesOf((await connection.stream('use', [])).body))).toBe('two')
    await played
  })

  it.each<[string, (channel: FrameChannel) => Promise<void>, object]>([
    ['the connection is lost', async (channel) => channel.close(), lost],
    ['the connection breaks', async (channel) => channel.destroy(), lost],
    [
      'the vault gives a problem',
      async (channel) => await channel.send({ ok: false, problem: { code: 'INTERNAL', message: 'Half.' } }),
      { code: 'INTERNAL', message: 'Half.' }
    ]
  ])('is an error and never a clean end if half-way %s', async (_name, end, problem) => {
    const { connection } = await connected(async (channel) => {
      await messageOf(channel)
      await channel.send({ ok: true, value: 1, hasBody: true })
      await channel.sendData(Buffer.from('half'))
      await end(channel)
    })
    const { body } = await connection.stream('use', [])
    await expect(bytesOf(body)).rejects.toMatchObject({ problem })
  })
})
