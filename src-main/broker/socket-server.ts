import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { toProblem, VaultError } from '#shared/problem.ts'
import { FrameChannel } from '../../src-socket/frame-channel.ts'
import type { SocketPlace } from '../../src-socket/socket-path.ts'
import type { PeerReader } from './peer.ts'
import { type ClientKeys, serveConnection, type SocketHandler } from './socket-connection.ts'
import { listenPrivately } from './socket-file.ts'

/** Most connections at once; one more is told so and closed. */
const MOST_CONNECTIONS = 16

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
  /** Takes no new connection, ends those that are open and resolves when all are gone. */
  readonly close: () => Promise<void>
}

/** Opens the socket of a home. Throws as `listenPrivately`. */
export async function openSocketServer(ports: SocketServerPorts): Promise<SocketServer> {
  const open = new Map<Socket, { client: string | null }>()
  const changed = (): void => ports.onConnections?.(open.size)
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined)
    const peer = ports.peerOf(socket)
    // The modes keep other users out; where the system names the user, it decides here, too.
    if (peer.uid !== null && peer.uid !== process.getuid?.()) return void socket.destroy()
    if (open.size >= MOST_CONNECTIONS) return tellFull(socket)
    const entry: { client: string | null } = { client: null }
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
    void serveConnection(new FrameChannel(socket), peer, { ...ports, clients })
  })
  await listenPrivately(server, ports.place)
  return {
    cut: (clientId) => {
      for (const [socket, { client }] of open) if (client === clientId) socket.destroy()
    },
    close: () => closeServer(server, open)
  }
}

function tellFull(socket: Socket): void {
  const problem = toProblem(
    new VaultError('BROKER_UNREACHABLE', {
      message: 'Too many programs use Latchkey at once. Try again in a moment.'
    })
  )
  const channel = new FrameChannel(socket)
  void channel.send({ ok: false, problem }).then(() => channel.close())
  socket.setTimeout(1000, () => socket.destroy())
}

async function closeServer(server: Server, open: ReadonlyMap<Socket, unknown>): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of open.keys()) socket.destroy()
  await closed
}
