import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { toProblem, VaultError } from '#shared/problem.ts'
import { FrameChannel } from '../../src-socket/frame-channel.ts'
import { messageFrame } from '../../src-socket/frames.ts'
import type { SocketPlace } from '../../src-socket/socket-path.ts'
import type { PeerReader } from './peer.ts'
import { type ClientKeys, serveConnection, type SocketHandler, type Turns } from './socket-connection.ts'
import { listenPrivately } from './socket-file.ts'

/** Most connections at once; one more is told so and closed. */
const MOST_CONNECTIONS = 64
/** Longest time in milliseconds for what is under way to end when the socket closes. */
const GRACE_MS = 5000
/** Longest time in milliseconds for one too many to read that and go. */
const FAREWELL_MS = 1000

type SocketServerPorts = {
  readonly place: SocketPlace
  readonly peerOf: PeerReader
  readonly clients: ClientKeys
  readonly handle: SocketHandler
  /** Called whenever the number of open connections changes. */
  readonly onConnections?: (count: number) => void
  /** Longest time in milliseconds for a client to prove itself; default: 5 seconds. */
  readonly handshakeMs?: number
}

export type SocketServer = {
  /** Ends every connection of a client at once. */
  readonly cut: (clientId: string) => void
  /**
   * Takes no new connection and begins no new request. Each client is told once its request has ended, so that
   * it can repeat what was not begun. What is still under way after five seconds is cut off. Resolves when all
   * connections are gone.
   */
  readonly close: () => Promise<void>
}

/** Opens the socket of a home. Throws as `listenPrivately`. */
export async function openSocketServer(ports: SocketServerPorts): Promise<SocketServer> {
  const open = new Map<Socket, Connection>()
  const state = { isClosing: false }
  const changed = (): void => ports.onConnections?.(open.size)
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined)
    const peer = ports.peerOf(socket)
    // The modes keep other users out; where the system names the user, it decides here, too.
    if (peer.uid !== null && peer.uid !== process.getuid?.()) return void socket.destroy()
    if (open.size >= MOST_CONNECTIONS) return tellFull(socket)
    const channel = new FrameChannel(socket)
    const entry: Connection = { client: null, isBusy: false, channel }
    open.set(socket, entry)
    changed()
    socket.once('close', () => {
      open.delete(socket)
      changed()
    })
    const clients: ClientKeys = {
      ...ports.clients,
      find: (id) => {
        entry.client = id // `cut` ends it from now on, also while the secret is looked up
        return ports.clients.find(id)
      }
    }
    void serveConnection(channel, peer, { ...ports, clients, turns: turnsOf(entry, state) })
  })
  await listenPrivately(server, ports.place)
  return {
    cut: (clientId) => {
      for (const [socket, { client }] of open) if (client === clientId) socket.destroy()
    },
    close: async () => {
      state.isClosing = true
      await closeServer(server, open)
    }
  }
}

function tellFull(socket: Socket): void {
  const problem = toProblem(
    new VaultError('BROKER_UNREACHABLE', {
      message: 'Too many programs use Latchkey at once. Try again in a moment.'
    })
  )
  socket.end(messageFrame({ ok: false, problem, bye: true }))
  socket.resume() // what it sends is dropped, so that its end is seen
  const late = setTimeout(() => socket.destroy(), FAREWELL_MS)
  socket.once('close', () => clearTimeout(late))
}

type Connection = { client: string | null; isBusy: boolean; readonly channel: FrameChannel }

function turnsOf(entry: Connection, state: { readonly isClosing: boolean }): Turns {
  return {
    begin: () => {
      entry.isBusy = !state.isClosing
      return entry.isBusy
    },
    end: () => {
      entry.isBusy = false
      if (state.isClosing) sayBye(entry)
    }
  }
}

/** Says that nothing was begun after the last answer. */
function sayBye({ channel }: Connection): void {
  void channel.send({ bye: true }).then(() => channel.close())
}

async function closeServer(server: Server, open: ReadonlyMap<Socket, Connection>): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const entry of open.values()) if (!entry.isBusy) sayBye(entry)
  const late = setTimeout(() => open.forEach((_, socket) => socket.destroy()), GRACE_MS)
  await closed
  clearTimeout(late)
}
