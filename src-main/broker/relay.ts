import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { type Problem, toProblem } from '#shared/problem.ts'
import type { Use, UseOutcome } from '../core/use/use-service.ts'
import type { Header } from '../core/use/use-ports.ts'

type RelayPorts = {
  /** Where the requests go: `https://host:port`. */
  readonly origin: string
  /** Names of headers in which programs send a key; what they send there is a dummy and is dropped. */
  readonly dummyHeaders: readonly string[]
  readonly use: (
    request: Pick<Use, 'method' | 'url' | 'headers' | 'body'>,
    signal: AbortSignal
  ) => Promise<UseOutcome>
}

export type Relay = {
  /** `http://127.0.0.1:PORT/SECRET`: the base URL for a program. */
  readonly url: string
  /** Ends it with everything that is under way. */
  readonly close: () => void
}

/** Headers that a program sends about its own connection; they end here. */
const ofConnection = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'expect',
  'content-length',
  'accept-encoding'
])

/**
 * Opens an address on this computer for a program that takes a base URL. Only whoever knows the address can use
 * it: a path of 256 random bits. A browser can not: a request with an Origin, with another Host, or that a page
 * has begun is refused, and no answer allows another origin.
 */
export async function openRelay(ports: RelayPorts): Promise<Relay> {
  const secret = randomBytes(32).toString('base64url')
  const server = createServer({ maxHeaderSize: 64 * 1024, requestTimeout: 0 })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void relay(request, response, { ...ports, secret, host: hostOf(server) })
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

type Inside = RelayPorts & { readonly secret: string; readonly host: string }

async function relay(request: IncomingMessage, response: ServerResponse, inside: Inside): Promise<void> {
  const path = pathOf(request, inside)
  if (path === null) {
    response.writeHead(404).end()
    return
  }
  const stop = new AbortController()
  response.once('close', () => stop.abort())
  try {
    const outcome = await inside.use(
      {
        method: request.method ?? 'GET',
        url: `${inside.origin}${path}`,
        headers: headersOf(request, inside.dummyHeaders),
        body: hasBody(request) ? () => request : null
      },
      stop.signal
    )
    if (outcome.kind === 'question') return refuse(response, toProblem(null))
    const { answer } = outcome
    response.writeHead(answer.status, answer.statusText, withoutOrigins(answer.headers).flat())
    await pipeline(answer.body, response)
  } catch (error) {
    refuse(response, toProblem(error))
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

function headersOf({ rawHeaders }: IncomingMessage, dummyHeaders: readonly string[]): Header[] {
  const dropped = new Set(['authorization', 'referer', ...dummyHeaders])
  const all: Header[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at], rawHeaders[at + 1]]
    const lower = name.toLowerCase()
    // Node's own fetch sends sec-fetch-mode, as a browser does, and names no site.
    if (ofConnection.has(lower) || dropped.has(lower) || lower.startsWith('sec-fetch-')) continue
    all.push([name, value])
  }
  return all
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const withoutOrigins = (headers: readonly Header[]): Header[] =>
  headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'))

const unreached: ReadonlySet<string> = new Set([
  'PROVIDER_UNREACHABLE',
  'CERTIFICATE_REFUSED',
  'PROXY_REFUSED'
])

/** A program reads the sentence in the form that most APIs use for errors. */
function refuse(response: ServerResponse, { code, message }: Pick<Problem, 'code' | 'message'>): void {
  if (response.headersSent) return void response.destroy()
  const status = unreached.has(code) ? 502 : 403
  response
    .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify({ error: { type: 'latchkey', code, message: `Latchkey: ${message}` } }))
}
