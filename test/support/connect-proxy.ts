import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { KeyPair } from './certificates.ts'

/** What the proxy does with one CONNECT; `head` has what was sent to it, with its headers. */
export type ProxyTurn = { readonly authority: string; readonly head: string; readonly client: Socket }

type ProxyOptions = {
  /** Ports on 127.0.0.1 by the names that this proxy knows, `asked`: the one that is asked for. Another name gets 502. */
  readonly hosts: Readonly<Record<string, number | 'asked'>>
  /** The proxy is spoken to by TLS. */
  readonly tls?: KeyPair
  /** Takes the place of the usual answer. Returns false: the usual answer follows. */
  readonly answer?: (turn: ProxyTurn) => boolean
}

export type ConnectProxy = {
  readonly port: number
  /** What each connection has sent up to the tunnel. */
  readonly heads: readonly string[]
  /** `host:port` of each CONNECT. */
  readonly asked: () => readonly string[]
  readonly connections: () => number
  /** Ends every connection, the tunnels among them. */
  readonly cut: () => void
  readonly close: () => void
}

/** A proxy on 127.0.0.1 that opens tunnels (RFC 9110 section 9.3.6), on bare sockets. */
export async function startConnectProxy({ hosts, tls, answer }: ProxyOptions): Promise<ConnectProxy> {
  const sockets = new Set<Socket>()
  const heads: string[] = []
  let connections = 0
  const serve = (client: Socket): void => {
    connections += 1
    keep(client)
    void headFrom(client).then((head) => {
      if (head === null) return
      heads.push(head)
      const authority = authorityIn(head)
      if (answer?.({ authority, head, client }) === true) return
      tunnel(authority, client)
    })
  }
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
  }
  const tunnel = (authority: string, client: Socket): void => {
    const [, name = '', asked = ''] = /^(.*):(\d+)$/.exec(authority) ?? []
    const known = hosts[name]
    const port = known === 'asked' ? Number(asked) : known
    if (port === undefined) return void client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
    const server = connect(port, '127.0.0.1', () =>
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    )
    keep(server)
    server.pipe(client).pipe(server)
    server.once('close', () => client.destroy())
    client.once('close', () => server.destroy())
  }
  const server: Server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    port: (server.address() as AddressInfo).port,
    heads,
    asked: () => heads.map(authorityIn),
    connections: () => connections,
    cut,
    close: () => {
      server.close()
      cut()
    }
  }
}

const authorityIn = (head: string): string => /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1] ?? ''

/** Reads up to the empty line. Null: the connection ended before. */
async function headFrom(client: Socket): Promise<string | null> {
  let head = ''
  while (!head.includes('\r\n\r\n')) {
    const [piece] = await Promise.race([once(client, 'data'), once(client, 'close').then(() => [null])])
    if (piece === null) return null
    head += (piece as Buffer).toString('latin1')
  }
  client.pause()
  return head
}
