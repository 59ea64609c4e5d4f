import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { VaultError } from '#shared/problem.ts'
import { isPrivateName } from '../core/private-name.ts'
import { proxyFor, type ProxyRules } from '../core/use/proxy.ts'
import { isRefusedAddress } from './addresses.ts'
import { type Agents, closeAgents, newAgents, trustedContext } from './agents.ts'
import { decodedBody } from './decoded-body.ts'
import { encodingOf, headerPairs } from './raw-headers.ts'

const MOST_HEADER_BYTES = 64 * 1024

/** What a person set for the network. */
export type NetworkRules = ProxyRules & {
  /** Further authorities in PEM. */
  readonly ca: readonly string[]
}

/** The part of `fetch` that the client of providers needs. */
export type NetworkFetch = (url: string, init?: RequestInit) => Promise<Response>

/**
 * Makes a `fetch` over `node:https` that goes through the person's proxy and trusts their authorities, and takes
 * neither from the environment. It follows no redirect, keeps no cookie, and takes a body of text alone. A host of
 * this computer or of a private network is reached directly. `rules` is asked for each request. Rejects with a
 * TypeError whose cause is the system's error, or a VaultError: PROXY_REFUSED, CERTIFICATE_REFUSED for the proxy's,
 * and what `rules` throws.
 */
export function networkFetch(rules: () => Promise<NetworkRules>): NetworkFetch {
  let known: { readonly text: string; readonly agents: Agents } | null = null
  const agentsFor = (current: NetworkRules): Agents => {
    const text = JSON.stringify([current.ca, current.proxy])
    if (known?.text === text) return known.agents
    if (known !== null) closeAgents(known.agents)
    known = { text, agents: newAgents(trustedContext(current.ca), current.proxy) }
    return known.agents
  }
  return async (url, init = {}) => {
    try {
      const current = await rules()
      return await send(new URL(url), init, { ...agentsFor(current), ...current })
    } catch (error) {
      throw new TypeError('fetch failed', { cause: error })
    }
  }
}

async function send(url: URL, init: RequestInit, network: Agents & NetworkRules): Promise<Response> {
  const { method = 'GET', body = null, signal } = init
  if (body !== null && typeof body !== 'string') throw new TypeError('The body has to be a text.')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isPrivate = isIP(host) === 0 ? isPrivateName(host) : isRefusedAddress(host)
  const isPlain = url.protocol === 'http:'
  if (isPlain && !isPrivate) throw new VaultError('ORIGIN_NOT_ALLOWED')
  const isDirect = isPrivate || proxyFor(network, url.hostname) === null
  const options = {
    method,
    headers: Object.fromEntries(new Headers([...new Headers(init.headers), ['accept-encoding', 'identity']])),
    maxHeaderSize: MOST_HEADER_BYTES,
    ...(signal && { signal })
  }
  const https = isDirect ? network.https : (network.tunnel ?? network.https)
  const sent = isPlain
    ? httpRequest(url, { ...options, agent: network.http })
    : httpsRequest(url, { ...options, agent: https, rejectUnauthorized: true })
  // A connection that breaks after the head ends the body, and would end the process, too.
  sent.on('error', () => undefined)
  sent.end(body ?? undefined)
  // Node itself would tell of an abort only once the way through a proxy is open.
  const [raw] = (await once(sent, 'response', signal ? { signal } : {})) as [IncomingMessage]
  return responseOf(raw, method)
}

function responseOf(raw: IncomingMessage, method: string): Response {
  const status = raw.statusCode ?? 0
  const isEmpty = method === 'HEAD' || [204, 205, 304].includes(status)
  if (isEmpty) raw.resume()
  const body = isEmpty ? null : ReadableStream.from(decodedBody(raw, encodingOf(raw, method)))
  // The body is plain here, whatever it was on the way.
  const dropped = new Set(['content-encoding', 'content-length'])
  const kept = headerPairs(raw.rawHeaders).filter(([name]) => !dropped.has(name.toLowerCase()))
  return new Response(body, { status, headers: kept.map(([name, value]) => [name, value]) })
}
