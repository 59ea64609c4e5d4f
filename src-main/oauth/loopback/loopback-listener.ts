import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { ProviderRedirect } from '../../core/provider.ts'
import { busyPorts } from './port-owner.ts'
import { type PageName, pageHeaders, pageHtml } from './loopback-pages.ts'

const LONGEST_REQUEST = 8 * 1024
const MOST_SOCKETS = 128
const PORT_TRIES = 5

export type LoopbackOptions = {
  readonly redirect: ProviderRedirect
  /**
   * Judges the query of a request to the redirect address. Null: it does not belong to the attempt; it is answered
   * 400 and the wait goes on. Else the page the browser gets; the listener ends with it.
   */
  readonly accept: (query: string) => 'success' | 'failure' | null
  /** Called once, after the accepted answer's page has been sent. */
  readonly onAnswered: () => void
  readonly socketTimeoutMs?: number
}

export type LoopbackListener = {
  readonly redirectUri: string
  /** Releases the port at once, whoever is still connected. Idempotent. */
  close(): Promise<void>
}

/**
 * The redirect address of one attempt (RFC 8252 section 7.3): a port of this computer the system chose, or the first
 * free one of those that are registered, bound before any URL names it, open until one answer was accepted. Throws
 * PORT_BUSY if none can be had, and says who has it.
 */
export async function openLoopbackListener(options: LoopbackOptions): Promise<LoopbackListener> {
  const servers = await bind(options)
  const { host, path } = options.redirect
  const authority = `${host}:${String(portOf(servers[0]))}`
  const close = (): Promise<void> => closeAll(servers)
  let isAnswered = false
  const accept: Accept = (query, response) => {
    const page = isAnswered ? null : options.accept(query)
    if (page === null) return 'foreign'
    isAnswered = true
    // The page is sent before the attempt goes on, which may end with the window that shows it.
    response.once('close', options.onAnswered)
    for (const server of servers) server.close()
    return page
  }
  for (const server of servers) {
    server.on('request', (request, response) => {
      answer({ request, response, authority, path }, accept)
    })
  }
  return { redirectUri: `http://${authority}${path}`, close }
}

type Accept = (query: string, response: ServerResponse) => PageName
type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly authority: string
  /** Of the redirect address. */
  readonly path: string
}

function answer({ request, response, authority, path }: Exchange, accept: Accept): void {
  const [asked, query = ''] = splitOnce(request.url ?? '', '?')
  // Node shows the first of several; RFC 9112 section 3.2 has a server refuse more than one.
  const hosts = request.headersDistinct['host'] ?? []
  if (hosts.length !== 1 || hosts[0] !== authority) return send(response, 421, 'foreign')
  if (request.headers.origin !== undefined) return send(response, 403, 'foreign')
  if (asked !== path) return send(response, 404, 'foreign')
  if (request.method !== 'GET') return send(response, 405, 'foreign')
  const page = accept(query, response)
  send(response, page === 'foreign' ? 400 : 200, page)
}

function send(response: ServerResponse, status: number, page: PageName): void {
  response.writeHead(status, status === 405 ? { ...pageHeaders, allow: 'GET' } : pageHeaders)
  response.end(pageHtml(page))
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** The registered ports in their order; any port is tried a few times, because the system may choose one that is half taken. */
async function bind({ redirect, socketTimeoutMs = 5000 }: LoopbackOptions): Promise<[Server, ...Server[]]> {
  const { host, ports } = redirect
  const tries = ports.length === 0 ? Array.from({ length: PORT_TRIES }, () => 0) : ports
  for (const port of tries) {
    const servers = await bindOne(host, port, socketTimeoutMs)
    if (servers !== null) return servers
  }
  throw await busyPorts(ports)
}

/**
 * Null: somebody has the port. For `localhost` both loopback addresses are taken: a browser may try either, and whoever
 * held the other one would be sent the code. A computer without IPv6 has only the first.
 */
async function bindOne(
  host: ProviderRedirect['host'],
  port: number,
  socketTimeoutMs: number
): Promise<[Server, ...Server[]] | null> {
  const first = newServer(socketTimeoutMs)
  if ((await listen(first, '127.0.0.1', port)) !== null) return null
  if (host === '127.0.0.1') return [first]
  const second = newServer(socketTimeoutMs)
  const problem = await listen(second, '::1', portOf(first))
  if (problem === null) return [first, second]
  if (problem !== 'EADDRINUSE') return [first]
  await closeAll([first])
  return null
}

/** Null: listening. Else the system's error code. */
function listen(server: Server, host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'UNKNOWN'))
    server.listen({ host, port, exclusive: true }, () => resolve(null))
  })
}

function newServer(socketTimeoutMs: number): Server {
  const server = createServer({
    maxHeaderSize: LONGEST_REQUEST,
    headersTimeout: socketTimeoutMs,
    requestTimeout: socketTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, socketTimeoutMs),
    keepAlive: false
  })
  server.setTimeout(socketTimeoutMs, (socket: Socket) => socket.destroy())
  server.on('clientError', (_error, socket) => socket.destroy())
  server.on('error', () => undefined)
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => undefined)
    // The oldest has had its time; dropping it keeps a crowd from shutting the right one out.
    if (open.size > MOST_SOCKETS) open.values().next().value?.destroy()
  })
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          // The callback's error says that it was closed already.
          server.close(() => resolve())
          server.closeAllConnections()
        })
    )
  )
}
