import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { VaultError } from '#shared/problem.ts'
import { guardedLookup, type Resolver } from '../../../src-main/broker/addresses.ts'
import { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import type { Header, SendAnswer, SendRequest } from '../../../src-main/core/use/use-ports.ts'
import { type KeyPair, makeAuthority } from '../../support/certificates.ts'

/** The name of the server of the test; `resolverTo` finds an address for it. */
export const HOST = 'api.example.test'
/** The credential that must not come back. */
export const TOKEN = 'lk-canary-7Qy2ZsX9vB4nM1kD'
/** The authority that the sender of a test trusts, and a certificate of it. */
export const authority = makeAuthority('Latchkey Test Authority')
export const pair = authority.issue({ name: HOST })

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** A server of a test, on 127.0.0.1. */
export type Upstream = {
  readonly server: Server
  readonly port: number
  /** Connections that were opened. */
  readonly connections: () => number
  /** Methods and paths of the requests that came in. */
  readonly requests: readonly string[]
  /** Ends every connection with a reset of TCP. */
  readonly reset: () => void
  readonly close: () => void
}

/** Starts a server with TLS; `options` replace the certificate or the versions of TLS. */
export async function startUpstream(handler: Handler, options: ServerOptions = pair): Promise<Upstream> {
  let connections = 0
  const sockets = new Set<Socket>()
  const requests: string[] = []
  const server = createServer({ ...options, keepAliveTimeout: 0 })
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
  })
  // A client that refuses the certificate ends the handshake.
  server.on('tlsClientError', () => undefined)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
    response.on('error', () => undefined)
    void handler(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reset = (): void => sockets.forEach((socket) => socket.resetAndDestroy())
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  const { port } = server.address() as AddressInfo
  return { server, port, connections: () => connections, requests, reset, close }
}

/** A resolver that gives the same addresses for every name, and the names that it was asked for. */
export function resolverTo(...addresses: readonly string[]) {
  const asked: string[] = []
  const resolver: Resolver = (hostname, _options, callback) => {
    asked.push(hostname)
    process.nextTick(
      callback,
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    )
  }
  return { asked, resolver }
}

/** A sender that trusts the authority of the tests. */
export function senderWith(resolver: Resolver = resolverTo('127.0.0.1').resolver, ca?: KeyPair): HttpsSender {
  return new HttpsSender({
    ca: [(ca ?? authority).cert],
    lookup: (mayBeLocal) => guardedLookup(mayBeLocal, resolver)
  })
}

type Change = Partial<Omit<SendRequest, 'target'>> & Partial<SendRequest['target']>

/** A GET with the credential to a server of the test, as a person allows it who has listed the host as local. */
export function requestTo({ port }: Pick<Upstream, 'port'>, change: Change = {}): SendRequest {
  const { scheme = 'https', host = HOST, isLiteral = false, path = '/', query = '', ...rest } = change
  return {
    target: { scheme, host, isLiteral, port, path, query },
    isLocal: true,
    method: 'GET',
    headers: [],
    body: null,
    credential: { key: 'one', secret: new Secret(TOKEN), scheme: { kind: 'bearer' } },
    signal: new AbortController().signal,
    ...rest
  }
}

/** What came of an answer, and how it ended. */
export type Read = { readonly text: string; readonly length: number; readonly error: unknown }

/** Reads a body to its end; `error` is null if the end is a clean one. */
export async function readBody({ body }: Pick<SendAnswer, 'body'>): Promise<Read> {
  const pieces: Uint8Array[] = []
  const { length, error } = await drain(body, (piece) => void pieces.push(piece))
  return { text: Buffer.concat(pieces).toString(), length, error }
}

/** Reads a body of any length without keeping it. */
export async function drain(
  body: AsyncIterable<Uint8Array>,
  onPiece: (piece: Uint8Array) => unknown = () => undefined
): Promise<Pick<Read, 'length' | 'error'>> {
  let length = 0
  try {
    for await (const piece of body) {
      length += piece.length
      await onPiece(piece)
    }
    return { length, error: null }
  } catch (error) {
    return { length, error }
  }
}

/** The code of a problem; the thing itself if it is none. */
export const codeOf = (error: unknown): unknown => (error instanceof VaultError ? error.code : error)

/** The code that a request fails with. Null: it is answered. */
export async function failureOf(sent: Promise<SendAnswer>): Promise<unknown> {
  return await sent.then(() => null, codeOf)
}

/** The values of a header, whatever the case of its name. */
export function valuesOf(headers: readonly Header[], name: string): readonly string[] {
  return headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)
}

/** Writes a piece and resolves when the system has it, so that each piece is a record of TLS of its own. */
export async function writePiece(response: ServerResponse, piece: string | Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  response.write(piece, () => resolve())
  await promise
}

/** Resolves when a stream takes more, or takes nothing any more. */
export async function roomIn(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  response.once('drain', resolve).once('close', resolve)
  await promise
  response.off('drain', resolve).off('close', resolve)
}
