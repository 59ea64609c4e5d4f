import { VaultError } from '#shared/problem.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import {
  type UrlRules,
  rulesOfNamed,
  safeIssuer,
  safeUrl,
  type AddressesOf,
  isAtPrivateHost
} from '../http/endpoint-url.ts'
import { type FetchPort, type Limits, guardedFetch } from '../http/guarded-fetch.ts'
import { METADATA_LIMITS } from '../http/token-fetch.ts'
import { challengeParameter, challengeParameters } from '../http/www-authenticate.ts'
import { jsonObject } from '../http/json.ts'

/** Metadata of a protected resource (RFC 9728), checked. */
export type ProtectedResource = {
  /** The resource as the server spells it. */
  readonly resource: string
  /** The first of its authorization servers. */
  readonly issuer: string
  /** The scopes in the server's challenge (RFC 6750 section 3); null: the challenge names none. */
  readonly asked: readonly string[] | null
  /** The scopes that its document names; empty: none. */
  readonly supported: readonly string[]
}

/** Limits for a server that may answer with an endless stream instead of 401. */
const PROBE_LIMITS: Limits = { timeoutMs: 5_000, maxBytes: 64 * 1024 }
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/
const MOST_SCOPES = 100
/** Largest number of documents that a server may name in its refusal. */
const MOST_NAMED = 3
/** A request that opens no session and changes nothing at the server. */
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

const refused = (message: string): VaultError => new VaultError('PROVIDER_REFUSED', { message })

/**
 * Asks an MCP server without a token where people sign in: at the address in its 401, else at the well-known
 * addresses, first the one for its path. Null: there is no such document. Throws INVALID_REQUEST for an
 * address that may not be asked, PROVIDER_REFUSED with the reason, TransportError without an answer.
 */
export async function findProtectedResource(
  fetchPort: FetchPort,
  server: string,
  rules: UrlRules & { readonly addressesOf?: AddressesOf }
): Promise<ProtectedResource | null> {
  const url = safeUrl(server.trim(), rules)
  if (url === null) {
    throw new VaultError('INVALID_REQUEST', { message: 'The address of an MCP server begins with https://.' })
  }
  const own = rulesOfNamed(url, rules)
  const challenge = await challengeOf(fetchPort, url)
  const wanted = scopesIn(challengeParameter(challenge, 'scope')?.split(' '))
  const asked = wanted.length > 0 ? wanted : null
  const places = [
    ...(await namedPlaces(url, challenge, { ...rules, ...own })),
    ...resourceWellKnownPlaces(url)
  ]
  return await findDocument(fetchPort, [...new Set(places)], { url, rules: own, asked })
}

/**
 * The well-known addresses of a server (RFC 9728 section 3.1): the well-known part comes before the path; a
 * document may also describe the whole host.
 */
export function resourceWellKnownPlaces(server: URL): readonly string[] {
  const root = `${server.origin}/.well-known/oauth-protected-resource`
  const path = server.pathname.replace(/\/$/, '')
  return path === '' ? [root] : [`${root}${path}`, root]
}

/**
 * Returns the addresses that the server names in its refusal; a document there may be missing or describe
 * another server.
 */
async function namedPlaces(
  server: URL,
  challenge: string | null,
  { addressesOf, ...rules }: UrlRules & { readonly addressesOf?: AddressesOf }
): Promise<readonly string[]> {
  const named = challengeParameters(challenge, 'resource_metadata')
    .map((address) => safeUrl(address, rules))
    .filter((address) => address !== null)
    .slice(0, MOST_NAMED)
  const others = named.filter(({ hostname }) => hostname !== server.hostname)
  if (others.length === 0 || (await isAtPrivateHost(server.hostname, addressesOf)))
    return named.map(({ href }) => href)
  const areHidden = await Promise.all(named.map(({ hostname }) => isAtPrivateHost(hostname, addressesOf)))
  return named.flatMap(({ href }, at) => (areHidden[at] === true ? [] : [href]))
}

/**
 * Returns the header of the refusal; null if there is none. Some servers accept only POST and answer a GET
 * with 405.
 */
async function challengeOf(fetchPort: FetchPort, url: URL): Promise<string | null> {
  const accept = 'application/json, text/event-stream'
  const asks = [
    { method: 'GET', headers: { accept }, body: null },
    { method: 'POST', headers: { accept, 'content-type': 'application/json' }, body: PING }
  ] as const
  for (const ask of asks) {
    const request = { url: url.href, ...ask, signal: null }
    const answer = await guardedFetch(fetchPort, request, PROBE_LIMITS).catch(() => null)
    if (answer?.status === 401) return answer.challenge
    if (answer?.status !== 405) return null
  }
  return null
}

/**
 * Finds the first document that describes this server. The fault of another document is reported only if
 * there is none.
 */
async function findDocument(
  fetchPort: FetchPort,
  places: readonly string[],
  asked: Asked
): Promise<ProtectedResource | null> {
  let failure: Error | null = null
  for (const url of places) {
    try {
      const request = { url, method: 'GET', headers: { accept: 'application/json' }, body: null } as const
      const { status, text } = await guardedFetch(fetchPort, { ...request, signal: null }, METADATA_LIMITS)
      const document = status === 200 ? jsonObject(text) : null
      if (document !== null && typeof document['resource'] === 'string') return readDocument(document, asked)
    } catch (error) {
      if (!(error instanceof TransportError) && !(error instanceof VaultError)) throw error
      if (!(failure instanceof VaultError)) failure = error
    }
  }
  if (failure !== null) throw failure
  return null
}

type Asked = { readonly url: URL; readonly rules: UrlRules; readonly asked: readonly string[] | null }

function readDocument(document: Record<string, unknown>, { url, rules, asked }: Asked): ProtectedResource {
  const resource = safeUrl(document['resource'], rules)
  if (resource === null || !covers(resource, url)) {
    throw refused('The metadata of this server describes another server. Do not use it.')
  }
  const servers = document['authorization_servers']
  const first: unknown = Array.isArray(servers) ? servers[0] : null
  if (typeof first !== 'string' || safeIssuer(first, rules) === null) {
    throw refused('This server names no authorization server that is safe to open.')
  }
  return {
    resource: String(document['resource']),
    issuer: first,
    asked,
    supported: scopesIn(document['scopes_supported'])
  }
}

/**
 * True if the metadata is for this server, or for a part of its host that contains the server (RFC 9728
 * section 3.3).
 */
export function covers(resource: URL, server: URL): boolean {
  if (resource.origin !== server.origin) return false
  if (resource.search !== '' && resource.search !== server.search) return false
  const folder = resource.pathname.endsWith('/') ? resource.pathname : `${resource.pathname}/`
  return `${server.pathname}/`.startsWith(folder)
}

/** Returns the scopes in a value, each once and in a limited number. */
export function scopesIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  const scopes = value.filter((one): one is string => typeof one === 'string' && SCOPE.test(one))
  return [...new Set(scopes)].slice(0, MOST_SCOPES)
}
