import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { ProviderRedirect } from '../../core/provider.ts'
import { busyPorts } from './port-owner.ts'
import { type PageName, pageHeaders, pageHtml } from './loopback-pages.ts'

const LONGEST_REQUEST = 8 * 1024
const MOST_SOCKETS = 128
const PORT_TRIES = 5

export type LoopbackOptions = {
  readonly redirect: ProviderRedirect
  /**
   * Judges the query of a request to the redirect URI and returns the page for the browser; the listener
   * ends with it. Null: the request does not belong to the attempt; it is answered with 400 and the wait
   * continues.
   */
  readonly accept: (query: string) => 'success' | 'failure' | null
  /** Called once, after the accepted answer's page has been sent. */
  readonly onAnswered: () => void
  readonly socketTimeoutMs?: number
}

export type LoopbackListener = {
  readonly redirectUri: string
  /** Releases the port at once and closes open connections. Idempotent. */
  close(): Promise<void>
}

/**
 * Opens the redirect URI of one attempt (RFC 8252 section 7.3): a port that the system chooses, or the
 * first free one of the registered ports. It is bound before any URL names it and stays open until one answer
 * is accepted. Throws PORT_BUSY, with the programs that use the ports, if none is free.
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
    // The page is sent first, because the attempt may end together with the window that shows it.
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
  /** Path of the redirect URI. */
  readonly path: string
}

function answer({ request, response, authority, path }: Exchange, accept: Accept): void {
  const [asked, query = ''] = splitOnce(request.url ?? '', '?')
  // Node shows only the first of several; RFC 9112 section 3.2 requires a server to refuse more than one.
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

/**
 * Binds the first free registered port, in order. Without registered ports it tries a few of the system's
 * choice, because one may be taken at one of the two addresses.
 */
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
 * Binds one port; null: it is in use. For `localhost` both loopback addresses are bound: a browser may try
 * either, and a program at the other one would get the code. A computer without IPv6 has only the first.
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

/** Null: the server listens. Else the system's error code. */
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
    // The oldest connection has had its time; it is dropped so that a crowd can not keep the browser out.
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
          // An error in the callback means that the server was closed already.
          server.close(() => resolve())
          server.closeAllConnections()
        })
    )
  )
}

/** Values that an authorization answer must carry to belong to one attempt. */
export type ExpectedAnswer = {
  readonly state: string
  readonly issuer: string
  /** The issuer's metadata promises `iss` in every answer (RFC 9207 section 2.4), so it is required. */
  readonly requiresIssuer: boolean
}

export type CallbackAnswer =
  | { readonly kind: 'code'; readonly code: string; readonly issuer: string | null }
  | { readonly kind: 'error'; readonly error: string }

const PARAMETERS = ['state', 'code', 'error', 'iss'] as const

/**
 * Reads the query of a request to the redirect URI. Null: the request does not belong to the attempt,
 * because `state` or `iss` is missing, wrong or repeated, or because it does not hold exactly one code or one
 * error; the wait continues then. The same rules hold for error answers; otherwise a stranger's error would
 * be shown as the provider's.
 *
 * An answer that names no issuer is bound only by the attempt: its open port, its `state`, which no other
 * issuer got, and the issuer's own path (`issuerPath`). The path is needed because port and `state` do not
 * detect an issuer that sends the browser on to another issuer with all parameters (RFC 9700 section 4.4).
 */
export function readCallback(query: string, expected: ExpectedAnswer): CallbackAnswer | null {
  const parameters = new URLSearchParams(query)
  if (PARAMETERS.some((name) => parameters.getAll(name).length > 1)) return null
  const [state, code, error, issuer] = PARAMETERS.map((name) => parameters.get(name))
  if (!isSameText(state ?? '', expected.state)) return null
  if (typeof issuer === 'string' ? issuer !== expected.issuer : expected.requiresIssuer) return null
  const hasCode = typeof code === 'string' && /^[\x20-\x7e]{1,4096}$/.test(code)
  const hasError = typeof error === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,80}$/.test(error)
  if (hasCode === hasError) return null
  if (hasError) return { kind: 'error', error }
  return { kind: 'code', code: code ?? '', issuer: issuer ?? null }
}

/** Compares two texts in a time that does not depend on where they differ. */
function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
