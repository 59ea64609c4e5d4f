import { afterEach, describe, expect, it } from 'vitest'
import { FrameChannel } from './frame-channel.ts'
import { LARGEST_PAYLOAD } from './frames.ts'
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

/** The sockets for which this process would go on. */
const heldSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap').length

describe('a connection that is closed', () => {
  it('has sent what was written, and keeps no process waiting for the vault’s own end', async () => {
    const ended = Promise.withResolvers<void>()
    const { connection, played } = await connected(async (channel) => {
      expect(await messageOf(channel)).toEqual({ request: 'use', args: ['x'.repeat(LARGEST_PAYLOAD / 2)] })
      expect(await channel.next()).toBeNull()
      await ended.promise
    })
    const held = heldSockets()
    connection.ask('use', 'x'.repeat(LARGEST_PAYLOAD / 2)).catch(() => undefined)
    connection.close()
    expect(heldSockets()).toBe(held - 1)
    ended.resolve()
    await played
  })
})

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

  it.each<[string, (channel: FrameChannel) => Promise<void>]>([
    ['that is no JSON', (channel) => channel.sendData(Buffer.from('{'))],
    [
      'of more than 64 MiB',
      async (channel) => {
        const piece = Buffer.alloc(1024 * 1024, 0x20)
        for (let sent = 0; sent <= 64 && !channel.isClosed; sent += 1) await channel.sendData(piece)
      }
    ]
  ])('is not answered by a large value %s', async (_name, send) => {
    const { connection, played } = await connected(async (channel) => {
      await messageOf(channel)
      await channel.send({ ok: true, isInBody: true })
      await send(channel)
      await channel.sendEnd()
    })
    await expect(connection.ask('list')).rejects.toMatchObject({ problem: { code: 'PROTOCOL_MISMATCH' } })
    await played
  })

  it('that is too long for a frame is refused on its own, and another can follow', async () => {
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

describe('a vault that ends between two requests', () => {
  it('sees the client close its end at once, and the next request goes to the vault after it', async () => {
    const vaults: string[] = []
    const gone = Promise.withResolvers<unknown>()
    listener = await listen((socket) => {
      const channel = new FrameChannel(socket)
      const serves = async (): Promise<void> => {
        await proveAsVault(channel, identity.secret)
        await messageOf(channel)
        const name = vaults.length === 0 ? 'first' : 'second'
        vaults.push(name)
        await channel.send({ ok: true, value: name, hasBody: false })
        if (name === 'second') return
        await manyTurns() // the client has its answer and waits for nothing
        await channel.send({ bye: true })
        channel.close()
        gone.resolve(await channel.next())
      }
      void serves()
    })
    const { path } = listener
    const open = (): Promise<VaultConnection> => VaultConnection.open(path, identity)
    const connection = (await open()).followTo(open)
    expect(await connection.ask('status')).toBe('first')
    expect(await gone.promise).toBeNull()
    expect(await connection.ask('status')).toBe('second')
    expect(vaults).toEqual(['first', 'second'])
    connection.close()
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
