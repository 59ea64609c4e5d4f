import { type ClientRequest, request as httpRequest } from 'node:http'
import { Agent, type AgentOptions } from 'node:https'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type SecureContext } from 'node:tls'
import { VaultError } from '#shared/problem.ts'
import type { ProxyAddress } from '../core/use/proxy.ts'
import { isCertificateFault } from './send-fault.ts'

const CONNECT_MS = 15_000
const MOST_HEADER_BYTES = 64 * 1024

type TunnelAgentOptions = AgentOptions & { readonly secureContext: SecureContext }
type Created = Parameters<Agent['createConnection']>

/**
 * Makes each connection through a tunnel of a proxy (RFC 9110 section 9.3.6). The proxy learns host and port; TLS
 * with the server is inside the tunnel, with the same settings as without a proxy. Nothing is sent to a proxy but
 * CONNECT: neither a credential nor a variable of the environment.
 */
export class TunnelAgent extends Agent {
  readonly #proxy: ProxyAddress
  readonly #context: SecureContext
  /** Connections to the proxy that are no tunnels yet. */
  readonly #opening = new Set<Socket>()

  constructor(options: TunnelAgentOptions, proxy: ProxyAddress) {
    super(options)
    this.#proxy = proxy
    this.#context = options.secureContext
  }

  override createConnection(options: Created[0], onCreated?: Created[1]): undefined {
    void this.#overTunnel(options).then(
      (socket) => onCreated?.(null, socket),
      (error: Error) => onCreated?.(error, undefined as unknown as Duplex)
    )
  }

  override destroy(): void {
    for (const socket of this.#opening) socket.destroy()
    super.destroy()
  }

  async #overTunnel(options: Created[0]): Promise<Duplex> {
    const inside: object = { ...options, socket: await this.#tunnelTo(authorityOf(options)) }
    return super.createConnection(inside) as Duplex
  }

  async #tunnelTo(authority: string): Promise<Socket> {
    const socket = this.#connect()
    this.#opening.add(socket)
    const asked = httpRequest({
      method: 'CONNECT',
      path: authority,
      headers: ['host', authority],
      maxHeaderSize: MOST_HEADER_BYTES,
      createConnection: () => socket
    })
    const timer = setTimeout(() => asked.destroy(refused(TOO_SLOW)), CONNECT_MS)
    try {
      await opened(asked)
      return socket
    } catch (error) {
      socket.destroy()
      throw proxyFault(error)
    } finally {
      clearTimeout(timer)
      this.#opening.delete(socket)
    }
  }

  #connect(): Socket {
    const host = this.#proxy.host.replace(/^\[|\]$/g, '')
    const { port, scheme } = this.#proxy
    if (scheme === 'http') return connectTcp({ host, port })
    const name = isIP(host) === 0 ? { servername: host } : {}
    const secureContext = this.#context
    return connectTls({ host, port, ...name, secureContext, rejectUnauthorized: true, minVersion: 'TLSv1.2' })
  }
}

/** `host:port` of the server, as CONNECT names it. */
function authorityOf({ host, port }: Created[0]): string {
  const name = host ?? ''
  return `${name.includes(':') ? `[${name}]` : name}:${String(port)}`
}

/** Resolves when the proxy has opened the tunnel, and before the server has said anything through it. */
function opened(asked: ClientRequest): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  asked.on('error', reject)
  asked.once('close', () => reject(refused(UNREACHABLE)))
  // Every answer to CONNECT arrives here, whatever its status is. In TLS the client speaks first.
  asked.once('connect', ({ statusCode = 0 }, _socket, head: Buffer) => {
    if (statusCode === 407) reject(refused(SIGN_IN))
    else if (statusCode < 200 || statusCode > 299) reject(refused(REFUSED))
    else if (head.length > 0) reject(refused(NO_PROXY))
    else resolve()
  })
  asked.end()
  return promise
}

function proxyFault(error: unknown): VaultError {
  if (error instanceof VaultError) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (isCertificateFault(code))
    return new VaultError('CERTIFICATE_REFUSED', { message: UNTRUSTED, cause: error })
  return refused(code.startsWith('HPE_') ? NO_PROXY : UNREACHABLE, error)
}

const refused = (message: string, cause?: unknown): VaultError =>
  new VaultError('PROXY_REFUSED', { message, cause })

const UNREACHABLE =
  'The proxy of policy.yaml could not be reached, so nothing was sent. Check its address and the network, then try again.'
const TOO_SLOW = 'The proxy of policy.yaml opened no way to the host in time, so nothing was sent. Try again.'
const SIGN_IN =
  'The proxy of policy.yaml asks for a user name and a password, which Latchkey does not send it. Nothing was sent. Use a proxy that needs none, such as one on this computer that signs in for you.'
const REFUSED =
  'The proxy of policy.yaml refused the way to the host, so nothing was sent. Whoever runs it can allow the host; a host that needs no proxy belongs under no_proxy.'
const NO_PROXY = 'The proxy of policy.yaml answered as no proxy does, so nothing was sent. Check its address.'
const UNTRUSTED =
  'This computer does not trust the certificate of the proxy, so nothing was sent. A company’s authority belongs under ca_file in policy.yaml.'
