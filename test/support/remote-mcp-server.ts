import {
  createMcpHandler,
  McpServer,
  WebStandardStreamableHTTPServerTransport
} from '@modelcontextprotocol/server'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as v from 'valibot'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import type { Handler } from './use-world.ts'

/** A remote MCP server that answers only with its token: stateless in the newer protocol, with sessions in the older one. */
export class RemoteMcpServer {
  readonly #token: string
  readonly #sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  /** Methods of HTTP with the tokens that came with them. */
  readonly seen: { readonly method: string; readonly authorization: string | null }[] = []
  /** Called while the tool `slow` runs; it ends when this resolves. */
  slow: () => Promise<void> = async () => undefined
  /** The tool `slow` was cancelled. */
  readonly cancelled = Promise.withResolvers<void>()

  constructor(token: string) {
    this.#token = token
  }

  /** How many sessions of the older protocol are open. */
  get sessions(): number {
    return this.#sessions.size
  }

  readonly handle: Handler = async (incoming, outgoing) => {
    const request = await requestOf(incoming, outgoing)
    this.seen.push({ method: request.method, authorization: request.headers.get('authorization') })
    await sendTo(outgoing, await this.#answer(request))
  }

  async #answer(request: Request): Promise<Response> {
    if (request.headers.get('authorization') !== `Bearer ${this.#token}`) {
      return new Response(`not this: ${String(request.headers.get('authorization'))}`, { status: 401 })
    }
    if (request.headers.get('mcp-protocol-version') === '2026-07-28') {
      return await createMcpHandler(() => this.#server()).fetch(request)
    }
    const known = this.#sessions.get(request.headers.get('mcp-session-id') ?? '')
    if (known !== undefined) return await known.handleRequest(request)
    if (request.headers.has('mcp-session-id')) return new Response(null, { status: 404 })
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.#sessions.set(id, transport),
      onsessionclosed: (id) => void this.#sessions.delete(id)
    })
    await this.#server().connect(transport)
    return await transport.handleRequest(request)
  }

  #server(): McpServer {
    const server = new McpServer({ name: 'remote', version: '1' })
    const inputSchema = toStandardJsonSchema(v.object({ text: v.string() }))
    server.registerTool('echo', { inputSchema }, async ({ text }) => ({ content: [{ type: 'text', text }] }))
    server.registerTool('token', {}, async () => ({ content: [{ type: 'text', text: this.#token }] }))
    server.registerTool('slow', {}, async ({ mcpReq }) => {
      mcpReq.signal.addEventListener('abort', () => this.cancelled.resolve())
      await this.slow()
      return { content: [{ type: 'text', text: 'done' }] }
    })
    return server
  }
}

async function requestOf(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming
  const pieces: Buffer[] = []
  for await (const piece of incoming as AsyncIterable<Buffer>) pieces.push(piece)
  const stop = new AbortController()
  outgoing.on('close', () => stop.abort())
  const all = Object.entries(headers).flatMap(([name, value]): [string, string][] => [[name, String(value)]])
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(pieces)
  return new Request(`https://${String(headers.host)}${url}`, {
    method,
    headers: all,
    body,
    signal: stop.signal
  })
}

async function sendTo(outgoing: ServerResponse, { status, headers, body }: Response): Promise<void> {
  outgoing.writeHead(status, Object.fromEntries(headers))
  outgoing.flushHeaders()
  const reader = body?.getReader()
  outgoing.on('close', () => void reader?.cancel().catch(() => undefined))
  for (;;) {
    const piece = await reader?.read()
    if (piece === undefined || piece.done) break
    outgoing.write(piece.value)
  }
  outgoing.end()
}
