import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FrameChannel } from './frame-channel.ts'
import { frameHead, FrameReader, LARGEST_PAYLOAD, messageFrame } from './frames.ts'
import { listen, manyTurns, type SocketPair, socketPair } from './socket-pair.testkit.ts'

/** What the two ends of a Unix socket and their streams may hold together, in bytes, with much to spare. */
const MOST_UNDER_WAY = 2 * 1024 * 1024

let pair: SocketPair
beforeEach(async () => {
  pair = await socketPair()
})
afterEach(async () => await pair.close())

describe('a channel', () => {
  it('gives what the other side sends, in its order, then null for the end', async () => {
    const [one, other] = [new FrameChannel(pair.client), new FrameChannel(pair.server)]
    await one.send({ a: 1 })
    await one.sendData(Buffer.from('body'))
    await one.sendEnd()
    await one.sendCancel()
    one.close()
    expect(await other.next()).toEqual({ kind: 'message', value: { a: 1 } })
    expect(await other.next()).toEqual({ kind: 'data', bytes: Buffer.from('body') })
    expect(await other.next()).toEqual({ kind: 'end' })
    expect(await other.next()).toEqual({ kind: 'cancel' })
    expect(await other.next()).toBeNull()
    expect(await other.next()).toBeNull()
    expect(other.isClosed).toBe(true)
  })

  it('sends a piece of any length in frames that fit', async () => {
    const [one, other] = [new FrameChannel(pair.client), new FrameChannel(pair.server)]
    const bytes = Buffer.alloc(3 * LARGEST_PAYLOAD + 1, 'abc')
    void one.sendData(bytes).then(() => one.close())
    const got: Buffer[] = []
    for (let frame = await other.next(); frame !== null; frame = await other.next()) {
      if (frame.kind === 'data') got.push(frame.bytes)
    }
    expect(got.map(({ length }) => length)).toEqual([LARGEST_PAYLOAD, LARGEST_PAYLOAD, LARGEST_PAYLOAD, 1])
    expect(Buffer.concat(got).equals(bytes)).toBe(true)
  })

  it('stops within a piece once it is no longer wanted', async () => {
    const [one, other] = [new FrameChannel(pair.client), new FrameChannel(pair.server)]
    let asked = 0
    void one.sendData(Buffer.alloc(10 * LARGEST_PAYLOAD), () => (asked += 1) > 2).then(() => one.close())
    let count = 0
    while ((await other.next()) !== null) count += 1
    expect(count).toBe(2)
  })
})

describe('a channel that connects on its own', () => {
  it('keeps each frame as it came, although it reads into one buffer', async () => {
    const listener = await listen((socket) => {
      const vault = new FrameChannel(socket)
      void (async () => {
        for (let number = 0; number < 40; number += 1) await vault.sendData(Buffer.alloc(50_000, number))
        vault.close()
      })()
    })
    const one = await FrameChannel.connect(listener.path)
    const got: Buffer[] = []
    for (let frame = await one.next(); frame !== null; frame = await one.next()) {
      if (frame.kind === 'data') got.push(frame.bytes)
      await manyTurns()
    }
    await listener.close()
    const whole = got.map((bytes, number) => bytes.equals(Buffer.alloc(50_000, number)))
    expect(whole).toEqual(Array.from({ length: 40 }, () => true))
  })

  it('is not there if nobody listens', async () => {
    const { path, close } = await listen(() => undefined)
    await close()
    await expect(FrameChannel.connect(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('what is sent in one turn of the event loop', () => {
  it('goes to the system together', async () => {
    const one = new FrameChannel(pair.client)
    await one.send({ ok: true })
    await one.sendData(Buffer.from('a small answer'))
    await one.sendEnd()
    expect(pair.client.writableLength).toBeGreaterThan(0)
    const [bytes] = (await once(pair.server.resume(), 'data')) as [Buffer]
    const frames = new FrameReader().push(bytes)
    expect(frames.map(({ kind }) => kind)).toEqual(['message', 'data', 'end'])
  })

  it('does not wait for its end once it is as much as a frame may hold', async () => {
    const one = new FrameChannel(pair.client)
    void one.sendData(Buffer.alloc(LARGEST_PAYLOAD))
    expect(pair.client.writableCorked).toBe(0)
  })

  it('is sent before the connection is ended', async () => {
    const [one, other] = [new FrameChannel(pair.client), new FrameChannel(pair.server)]
    await one.send('last word')
    one.destroy()
    expect(await other.next()).toEqual({ kind: 'message', value: 'last word' })
    expect(await other.next()).toBeNull()
  })
})

describe('a channel that is broken', () => {
  it('by a frame gives its fault, and is closed', async () => {
    const other = new FrameChannel(pair.server)
    pair.client.write(Buffer.of(0, 0, 0, 1, 9))
    await expect(other.next()).rejects.toThrow('A frame is of an unknown kind.')
    expect(other.isClosed).toBe(true)
    if (!pair.client.destroyed) await once(pair.client, 'close')
  })

  it('by a frame gives nothing of what comes behind it, also from the buffer of its stream', async () => {
    const [client, server] = duplexPair()
    const other = new FrameChannel(server)
    client.write(messageFrame('before'))
    client.write(Buffer.of(0, 0, 0, 0, 0))
    client.write(messageFrame('behind'))
    expect(await other.next()).toEqual({ kind: 'message', value: 'before' })
    await expect(other.next()).rejects.toThrow('A frame has a wrong length.')
    await expect(other.next()).rejects.toThrow('A frame has a wrong length.')
  })

  it('within a frame gives what came before it, then a fault and no clean end', async () => {
    const other = new FrameChannel(pair.server)
    pair.client.end(Buffer.concat([messageFrame(1), frameHead('data', 100), Buffer.alloc(99)]))
    expect(await other.next()).toEqual({ kind: 'message', value: 1 })
    await expect(other.next()).rejects.toThrow('The connection ended within a frame.')
  })

  it('while somebody waits for a frame ends the wait', async () => {
    const other = new FrameChannel(pair.server)
    const waits = other.next()
    pair.client.destroy()
    expect(await waits).toBeNull()
  })

  it('while somebody waits for room ends the wait, and takes nothing more', async () => {
    const one = new FrameChannel(pair.client)
    const full = one.sendData(Buffer.alloc(64 * LARGEST_PAYLOAD))
    await manyTurns()
    pair.server.destroy()
    await full
    await one.send('more')
    expect(one.isClosed).toBe(true)
  })
})

describe('a reader that is slow', () => {
  it('keeps the writer from running ahead', async () => {
    const [one, other] = [new FrameChannel(pair.client), new FrameChannel(pair.server)]
    const size = 64 * 1024
    const total = 512 * size
    let written = 0
    const writes = async (): Promise<void> => {
      for (; written < total; written += size) await one.sendData(Buffer.alloc(size))
      one.close()
    }
    void writes()
    let read = 0
    let most = 0
    for (let frame = await other.next(); frame !== null; frame = await other.next()) {
      if (frame.kind === 'data') read += frame.bytes.length
      if (read % (32 * size) === 0) await manyTurns()
      most = Math.max(most, written - read)
    }
    expect(read).toBe(total)
    expect(most).toBeLessThan(MOST_UNDER_WAY)
  })

  it('takes no more than one piece of the system from the connection', async () => {
    const other = new FrameChannel(pair.server)
    pair.client.write(Buffer.concat(Array.from({ length: 40 }, () => messageFrame('x'.repeat(50_000)))))
    expect((await other.next())?.kind).toBe('message')
    await manyTurns()
    expect(pair.server.isPaused()).toBe(true)
    expect(pair.server.bytesRead).toBeLessThan(MOST_UNDER_WAY / 4)
  })
})
