import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Problem, toProblem } from '#shared/problem.ts'
import { VaultRefusal } from './vault-connection.ts'

type Header = readonly [name: string, value: string]

/** A request of a program, without the address of the relay. */
export type Incoming = {
  readonly method: string
  /** What follows the secret, with the query; begins with a slash. */
  readonly path: string
  readonly headers: readonly Header[]
  /** Null: there is none. */
  readonly body: AsyncIterable<Uint8Array> | null
}

export type Outgoing = {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly Header[]
  /** Rejects if the answer is cut off. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Lets the vault send a request; `signal` is aborted when its program is gone. Rejects with VaultRefusal. */
export type RelaySender = (request: Incoming, signal: AbortSignal) => Promise<Outgoing>

export type RelayServer = {
  /** `http://127.0.0.1:PORT/SECRET`: the base URL for a program. */
  readonly url: string
  /** Ends it with everything that is under way. */
  readonly close: () => void
}

/**
 * Most connections at once: every program of this computer, of whatever user, can open one without knowing the path,
 * and each takes a descriptor of the vault.
 */
const MOST_CONNECTIONS = 128
/** Longest time in milliseconds for the head of a request to come. */
const HEAD_MS = 30_000

/**
 * Opens an address on this computer for a program that takes a base URL. Only whoever knows the address can use
 * it: a path of 256 random bits. A browser can not: a request with an Origin, with another Host, or that a page
 * has begun is refused, and no answer allows another origin.
 */
export async function openRelayServer(send: RelaySender): Promise<RelayServer> {
  const secret = randomBytes(32).toString('base64url')
  const server = createServer({ maxHeaderSize: 64 * 1024, requestTimeout: 0, headersTimeout: HEAD_MS })
  server.maxConnections = MOST_CONNECTIONS
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void relay(request, response, { send, secret, host: hostOf(server) })
  })
  server.on('upgrade', (_request, socket) => socket.destroy())
  server.on('connect', (_request, socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://${hostOf(server)}/${secret}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Inside = { readonly send: RelaySender; readonly secret: string; readonly host: string }

async function relay(request: IncomingMessage, response: ServerResponse, inside: Inside): Promise<void> {
  const path = pathOf(request, inside)
  if (path === null) {
    response.writeHead(404).end()
    return
  }
  const stop = new AbortController()
  response.once('close', () => stop.abort())
  try {
    const { method = 'GET' } = request
    const body = hasBody(request) ? request : null
    const answer = await inside.send({ method, path, headers: headersOf(request), body }, stop.signal)
    response.writeHead(answer.status, answer.statusText, withoutOrigins(answer.headers).flat())
    response.flushHeaders()
    for await (const piece of answer.body) {
      if (!response.write(piece)) await once(response, 'drain', { signal: stop.signal })
    }
    response.end()
  } catch (error) {
    refuse(response, error instanceof VaultRefusal ? error.problem : toProblem(error))
  }
}

/** The path behind the secret. Null: the request is not for this relay, or comes from a page. */
function pathOf({ url = '', rawHeaders, headers }: IncomingMessage, { secret, host }: Inside): string | null {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  if (hosts.length !== 1 || headers.host !== host) return null
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return null
  const [given, wanted] = [Buffer.from(url.slice(0, secret.length + 1)), Buffer.from(`/${secret}`)]
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null
  const rest = url.slice(wanted.length)
  if (rest !== '' && !rest.startsWith('/') && !rest.startsWith('?')) return null
  return rest.startsWith('/') ? rest : `/${rest}`
}

function headersOf({ rawHeaders }: IncomingMessage): Header[] {
  return rawHeaders.flatMap((name, at): Header[] => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : []))
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const withoutOrigins = (headers: readonly Header[]): Header[] =>
  headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'))

/** A program reads the sentence in the form that most APIs use for errors. */
function refuse(response: ServerResponse, { code, message }: Pick<Problem, 'code' | 'message'>): void {
  // What came before it breaks off is on its way only in the next turn.
  if (response.headersSent) return void setImmediate(() => response.destroy())
  response
    .writeHead(gateway.has(code) ? 502 : 403, { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify({ error: { type: 'latchkey', code, message: `Latchkey: ${message}` } }))
}

const gateway: ReadonlySet<string> = new Set([
  'PROVIDER_UNREACHABLE',
  'CERTIFICATE_REFUSED',
  'PROXY_REFUSED',
  'BROKER_UNREACHABLE'
])
