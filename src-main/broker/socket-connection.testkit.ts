import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'vitest'
import { FrameChannel } from '../../src-socket/frame-channel.ts'
import { challengeFrom, hello as newHello, type Hello, proofOf } from '../../src-socket/handshake.ts'
import { type Listener, listen, messageOf } from '../../src-socket/socket-pair.testkit.ts'
import { VaultConnection } from '../../src-socket/vault-connection.ts'
import { unknownPeer } from '../core/use/client.ts'
import { serveConnection, type SocketHandler } from './socket-connection.ts'

const secrets: Readonly<Record<string, Uint8Array>> = {
  terminal: Buffer.alloc(32, 7),
  agent: Buffer.alloc(32, 8)
}
/** What the two ends of a connection and their streams may hold together, in bytes, with much to spare. */
export const MOST_UNDER_WAY = 2 * 1024 * 1024

let listener: Listener | null = null
const clients = new Set<Socket>()
/** Ends what `vaultWith` and `rawClient` have opened. */
export async function closeAll(): Promise<void> {
  for (const client of clients) client.destroy()
  clients.clear()
  await listener?.close()
  listener = null
}

/** A vault whose requests `handle` answers; `called` has the names that came to it, `over` each ended connection. */
export async function vaultWith(handle: SocketHandler, handshakeMs = 30_000) {
  const called: string[] = []
  const proved: string[] = []
  const over: Promise<void>[] = []
  listener = await listen((socket) => {
    const served = serveConnection(new FrameChannel(socket), unknownPeer, {
      clients: {
        find: async (id) => {
          if (id === 'broken') throw new Error('the keychain is locked')
          const secret = secrets[id]
          return secret === undefined ? null : { client: { id, name: id }, secret }
        },
        onProved: (id) => void proved.push(id)
      },
      handle: async (name, args, caller) => {
        called.push(name)
        return await handle(name, args, caller)
      },
      handshakeMs
    })
    over.push(served)
  })
  const { path } = listener
  return { path, called, proved, over }
}

/** A client that speaks frames and does what it likes. */
export async function rawClient(path: string): Promise<{ socket: Socket; channel: FrameChannel }> {
  const socket = connect(path)
  clients.add(socket)
  await once(socket, 'connect')
  return { socket, channel: new FrameChannel(socket) }
}

/** Opens a proved connection of a client that the vault knows. */
export async function open(path: string, client = 'agent'): Promise<VaultConnection> {
  return await VaultConnection.open(path, { client, secret: secrets[client] ?? Buffer.alloc(32) })
}

/** Answers with the arguments. */
export const echo: SocketHandler = async (_name, args) => ({ value: args })

/** What the two sides said to each other, and the vault’s proof. */
export type Said = { hello: Hello; version: number; serverNonce: string; proof: string }

/** Sends a hello and returns both halves of what was said. */
export async function greet(channel: FrameChannel, hello: Hello): Promise<Said> {
  await channel.send(hello)
  const challenge = challengeFrom(await messageOf(channel))
  if (challenge === null) throw new Error('no challenge')
  return { hello, version: challenge.version, serverNonce: challenge.nonce, proof: challenge.proof }
}

/** The secret of a client; 32 zeros for one that is not known. */
export const secretOf = (id: string): Uint8Array => secrets[id] ?? Buffer.alloc(32)

/** A raw client after an honest handshake. */
export async function proved(path: string): Promise<{ socket: Socket; channel: FrameChannel }> {
  const client = await rawClient(path)
  const said = await greet(client.channel, newHello('agent'))
  await client.channel.send({ proof: proofOf('client', secretOf('agent'), said) })
  expect(await messageOf(client.channel)).toEqual({ ready: true })
  return client
}
