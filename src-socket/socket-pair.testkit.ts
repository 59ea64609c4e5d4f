import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FrameChannel } from './frame-channel.ts'
import { helloFrom, proofFrom, proofOf } from './handshake.ts'

/** A real socket in a folder of its own. */
export type Listener = {
  readonly path: string
  /** Ends every connection and removes the folder. */
  readonly close: () => Promise<void>
}

/** Listens as the vault does: a connection is paused until somebody reads it. */
export async function listen(onConnection: (socket: Socket) => void): Promise<Listener> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-socket-'))
  const path = join(folder, 'vault.sock')
  const open = new Set<Socket>()
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  server.listen(path)
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  }
  return { path, close }
}

export type SocketPair = {
  readonly client: Socket
  readonly server: Socket
  readonly close: () => Promise<void>
}

/** The two ends of a real connection. */
export async function socketPair(): Promise<SocketPair> {
  const accepted = Promise.withResolvers<Socket>()
  const { path, close } = await listen(accepted.resolve)
  const client = connect(path)
  client.on('error', () => undefined)
  await once(client, 'connect')
  return {
    client,
    server: await accepted.promise,
    close: async () => {
      client.destroy()
      await close()
    }
  }
}

/** Plays the vault's part of the handshake. Throws if the client does not prove itself. */
export async function proveAsVault(channel: FrameChannel, secret: Uint8Array): Promise<void> {
  const hello = helloFrom(await messageOf(channel))
  if (hello === null) throw new Error('no hello')
  const handshake = { hello, version: 1, serverNonce: '5e'.repeat(32) }
  await channel.send({
    version: 1,
    nonce: handshake.serverNonce,
    proof: proofOf('server', secret, handshake)
  })
  const proof = proofFrom(await messageOf(channel))
  if (proof !== proofOf('client', secret, handshake)) throw new Error('no proof')
  await channel.send({ ready: true })
}

/** The value of the next message; null: the next frame is none, or the connection has ended. */
export async function messageOf(channel: FrameChannel): Promise<unknown> {
  const frame = await channel.next()
  return frame?.kind === 'message' ? frame.value : null
}

/** A body of `count` pieces of `size` bytes that counts what was taken from it. */
export function countedBody(count: number, size: number) {
  const counter = { taken: 0, isClosed: false }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (let index = 0; index < count; index += 1) {
        counter.taken += size
        yield Buffer.alloc(size, index % 251)
      }
    } finally {
      counter.isClosed = true
    }
  }
  return { counter, body: pieces() }
}

/** The whole of a body; empty for none. */
export async function bytesOf(body: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const bytes of body ?? []) pieces.push(bytes)
  return Buffer.concat(pieces)
}

/** Lets everything run that is ready to run now, and what that leads to, many times over. */
export async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
