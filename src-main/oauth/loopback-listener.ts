import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { VaultError } from '#shared/problem.ts'
import { type PageName, pageHeaders, pageHtml } from './loopback-pages.ts'

const LONGEST_REQUEST = 8 * 1024
const MOST_SOCKETS = 128
const PORT_TRIES = 5
const CALLBACK_PATH = '/callback'

export type LoopbackOptions = {
  readonly host: '127.0.0.1' | 'localhost'
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
 * The redirect address of one attempt (RFC 8252 section 7.3): a port of this computer the system chose, bound before
 * any URL names it, open until one answer was accepted. Throws INTERNAL if no port can be had.
 */
export async function openLoopbackListener(options: LoopbackOptions): Promise<LoopbackListener> {
  const servers = await bind(options)
  const port = portOf(servers[0])
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
      answer({ request, response, authority: `${options.host}:${String(port)}` }, accept)
    })
  }
  return { redirectUri: `http://${options.host}:${String(port)}${CALLBACK_PATH}`, close }
}

type Accept = (query: string, response: ServerResponse) => PageName
type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly authority: string
}

function answer({ request, response, authority }: Exchange, accept: Accept): void {
  const [path, query = ''] = splitOnce(request.url ?? '', '?')
  if (request.headers.host !== authority) return send(response, 421, 'foreign')
  if (request.headers.origin !== undefined) return send(response, 403, 'foreign')
  if (path !== CALLBACK_PATH) return send(response, 404, 'foreign')
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

/**
 * For `localhost` both loopback addresses are taken on one port: a browser may try either, and whoever held the
 * other one would be sent the code. A computer without IPv6 has only the first.
 */
async function bind({ host, socketTimeoutMs = 5000 }: LoopbackOptions): Promise<[Server, ...Server[]]> {
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const first = newServer(socketTimeoutMs)
    if ((await listen(first, '127.0.0.1', 0)) !== null) break
    if (host === '127.0.0.1') return [first]
    const second = newServer(socketTimeoutMs)
    const problem = await listen(second, '::1', portOf(first))
    if (problem === null) return [first, second]
    if (problem !== 'EADDRINUSE') return [first]
    await closeAll([first])
  }
  throw new VaultError('INTERNAL', { message: 'No local port could be opened for the sign-in. Try again.' })
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
