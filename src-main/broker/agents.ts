import { Agent as HttpAgent } from 'node:http'
import { Agent } from 'node:https'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { ProxyAddress } from '../core/use/proxy.ts'
import { TunnelAgent } from './tunnel-agent.ts'

/** Longest time in milliseconds without a byte on a connection. */
export const IDLE_MS = 300_000
/**
 * Idle connections that are kept for a credential: as many as there can be clients (`socket-server.ts`). With fewer, a
 * client that asks beside many others would open a connection for each request.
 */
const MOST_IDLE = 16
const AGENT_OPTIONS = {
  keepAlive: true,
  maxSockets: 64,
  maxFreeSockets: MOST_IDLE,
  timeout: IDLE_MS
} as const
const TLS_OPTIONS = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const

/** The connections of one credential. */
export type Agents = {
  readonly https: Agent
  /** Null: there is no proxy. */
  readonly tunnel: TunnelAgent | null
  readonly http: HttpAgent
}

/**
 * Makes agents that read no variable of the environment: every setting of TLS is named, because
 * NODE_TLS_REJECT_UNAUTHORIZED changes the defaults, and an own agent takes no proxy from HTTPS_PROXY.
 */
export function newAgents(secureContext: SecureContext, proxy: ProxyAddress | null): Agents {
  const options = { ...AGENT_OPTIONS, ...TLS_OPTIONS, secureContext }
  return {
    https: new Agent(options),
    tunnel: proxy === null ? null : new TunnelAgent(options, proxy),
    http: new HttpAgent(AGENT_OPTIONS)
  }
}

/** Ends the connections of agents, those in use among them. */
export function closeAgents({ https, tunnel, http }: Agents): void {
  for (const agent of [https, tunnel, http]) agent?.destroy()
}

/** The authorities that are trusted: Node's own, those of the system, and further ones in PEM. */
export function trustedContext(ca: readonly string[]): SecureContext {
  const all = [...getCACertificates('bundled'), ...systemAuthorities(), ...ca]
  return createSecureContext({ ca: all, minVersion: 'TLSv1.2' })
}

/**
 * The system's authorities. Node takes them from the files that SSL_CERT_FILE and SSL_CERT_DIR name, so these
 * variables are away for as long as they are read: whoever started this process may have set them.
 */
function systemAuthorities(): readonly string[] {
  const kept = ['SSL_CERT_FILE', 'SSL_CERT_DIR'].map((name) => [name, process.env[name]] as const)
  for (const [name] of kept) delete process.env[name]
  try {
    return getCACertificates('system')
  } finally {
    for (const [name, value] of kept) if (value !== undefined) process.env[name] = value
  }
}
