import { SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY
} from '@modelcontextprotocol/server'
import { setTimeout as sleep } from 'node:timers/promises'
import { VaultError } from '#shared/problem.ts'
import { type VaultConnection, VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { HostStreams } from '../host-streams.ts'
import { RemoteAccess, type RemoteServer } from './remote-access.ts'
import { maySpeakOlder, speaksOlderTransport } from './older-transport.ts'
import { relayFetch } from './relay-fetch.ts'

/** Longest time in milliseconds to take leave of a server. */
const LEAVE_MS = 2000

/**
 * Passes the messages of a host on to a remote server, and its messages back, in either era of the protocol. The vault adds
 * the credential. Resolves when the input ends.
 */
export async function proxyServer(
  url: URL,
  server: RemoteServer,
  openVault: () => Promise<VaultConnection>
): Promise<void> {
  const access = new RemoteAccess(server, openVault)
  const fetch = relayFetch(access.send)
  const remote = new StreamableHTTPClientTransport(url, { fetch })
  const host = new HostStreams()
  const proxy = new Proxy(host, remote, () => speaksOlderTransport(url, fetch))
  Object.assign(remote, {
    onmessage: (message: JSONRPCMessage) => void proxy.toHost(message),
    onerror: () => undefined
  })
  Object.assign(host, {
    onmessage: (message: JSONRPCMessage) => void proxy.toServer(message),
    onerror: () => undefined
  })
  await remote.start()
  await host.start()
  await host.closed
  await Promise.race([
    remote.terminateSession().catch(() => undefined),
    sleep(LEAVE_MS, undefined, { ref: false })
  ])
  await remote.close()
  access.close()
}

class Proxy {
  readonly #host: HostStreams
  readonly #remote: StreamableHTTPClientTransport
  /** Requests whose answers have not come, by their id. */
  readonly #open = new Map<string | number, AbortController>()

  readonly #look: () => Promise<boolean>
  /** The server has only the older transport. Null: nothing speaks for that yet. */
  #isOlder: Promise<boolean> | null = null

  /** `isOlder` asks the server whether it has only the older transport. */
  constructor(host: HostStreams, remote: StreamableHTTPClientTransport, isOlder: () => Promise<boolean>) {
    this.#host = host
    this.#remote = remote
    this.#look = isOlder
  }

  async toServer(message: JSONRPCMessage): Promise<void> {
    const cancelled = cancelledIn(message)
    const stop = cancelled === null ? undefined : this.#open.get(cancelled)
    // The newer protocol has no message for it over HTTP: the end of the request is its cancel.
    if (stop !== undefined) return stop.abort()
    const request = requestIn(message)
    const signal = request === null ? undefined : this.#begin(request)
    try {
      await this.#remote.send(message, signal === undefined ? {} : { requestSignal: signal })
    } catch (error) {
      if (request !== null && signal?.aborted !== true)
        await this.toHost(failure(request.id, await this.#sentenceOf(error)))
    }
  }

  async toHost(message: JSONRPCMessage): Promise<void> {
    if ('id' in message && !('method' in message) && message.id !== undefined) this.#open.delete(message.id)
    const version = negotiatedIn(message)
    if (version !== null) this.#remote.setProtocolVersion(version)
    await this.#host.send(message).catch(() => undefined)
  }

  async #sentenceOf(error: unknown): Promise<string> {
    if (!(error instanceof SdkHttpError) || !maySpeakOlder(error.status)) return sentenceOf(error)
    this.#isOlder ??= this.#look()
    return (await this.#isOlder) ? OLDER : sentenceOf(error)
  }

  /** The signal that ends a request of the newer protocol. */
  #begin(request: JSONRPCRequest): AbortSignal | undefined {
    // oxlint-disable-next-line no-underscore-dangle -- the name is the protocol's
    if (request.params?._meta?.[PROTOCOL_VERSION_META_KEY] === undefined) return undefined
    const stop = new AbortController()
    this.#open.set(request.id, stop)
    return stop.signal
  }
}

function requestIn(message: JSONRPCMessage): JSONRPCRequest | null {
  return 'method' in message && 'id' in message ? message : null
}

function cancelledIn(message: JSONRPCMessage): string | number | null {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return null
  const { requestId } = (message.params ?? {}) as { readonly requestId?: unknown }
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : null
}

/** The version that an older server has agreed to, which later requests name in a header. */
function negotiatedIn(message: JSONRPCMessage): string | null {
  if (!('result' in message)) return null
  const { protocolVersion, capabilities } = message.result as Readonly<Record<string, unknown>>
  return typeof protocolVersion === 'string' && capabilities !== undefined ? protocolVersion : null
}

const failure = (id: string | number, message: string): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  error: { code: -32_000, message }
})

const OLDER =
  'This MCP server speaks only the older HTTP with SSE, which mcp-proxy does not pass on. Give mcp-proxy the address of its streamable HTTP, which often ends in /mcp in place of /sse. If it has none, the host has to reach the server without Latchkey.'

/** Fixed sentences alone: the text of another error may quote the server. */
function sentenceOf(error: unknown): string {
  if (error instanceof VaultRefusal) return error.problem.message
  if (error instanceof VaultError) return error.message
  const status = error instanceof SdkHttpError ? error.status : undefined
  if (status === 401) return 'The MCP server does not accept the credential. Sign in to it again in Latchkey.'
  if (status === 403)
    return 'The MCP server does not allow this with the credential. It may want more access.'
  if (status === 404)
    return 'The MCP server is not there, or has ended the session. Start it again in its host.'
  return status === undefined
    ? 'The MCP server could not be reached.'
    : `The MCP server answered with status ${String(status)}.`
}
