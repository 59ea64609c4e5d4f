import type { OAuthGrant } from '../../core/credential-record.ts'
import type { Secret } from '../../core/secret.ts'
import { type UrlRules, safeUrl } from '../http/endpoint-url.ts'
import { ExchangeSecrets } from '../http/exchange-secrets.ts'
import { type FetchPort, guardedFetch } from '../http/guarded-fetch.ts'
import { TOKEN_LIMITS } from '../http/token-fetch.ts'
import { challengeParameter } from '../http/www-authenticate.ts'
import { covers, scopesIn } from './protected-resource.ts'
import { jsonObject } from '../http/json.ts'

export type McpCheck = {
  readonly works: boolean
  readonly text: string
  /** Scopes that the server wants besides the granted ones. */
  readonly lacks: readonly string[]
}

const NOT_SENT = 'The authorization server gave a token for another server. It was not sent to this one.'

/**
 * A request that opens no session and changes nothing; a server refuses a token without access before it
 * reads it.
 */
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

/**
 * Asks the MCP server of a grant whether it accepts the token. A token for another resource is not sent.
 * Null: the grant is not for an MCP server, or the answer is not from one. Throws TransportError without an
 * answer.
 */
export async function askMcpServer(
  { fetch, ...rules }: UrlRules & { readonly fetch: FetchPort },
  { provider, client, scopesGranted, tokens }: OAuthGrant,
  accessToken: Secret
): Promise<McpCheck | null> {
  const url = safeUrl(provider.mcpServer ?? null, rules)
  const resource = provider.resource === null ? url : safeUrl(provider.resource, rules)
  if (url === null || resource === null || tokens.dpopKey !== undefined) return null
  if (!covers(resource, url) || isForAnother(accessToken, resource)) return no(NOT_SENT)
  const headers = {
    authorization: accessToken.expose((token) => `Bearer ${token}`),
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'user-agent': 'Latchkey'
  }
  const request = { url: url.href, method: 'POST', headers, body: PING, signal: null } as const
  const { status, text, challenge } = await guardedFetch(fetch, request, TOKEN_LIMITS)
  if (status === 401) return no('The MCP server does not accept the token. The sign-in is kept.')
  if (status === 403) {
    const asked = scopesIn(challengeParameter(challenge, 'scope')?.split(' '))
    const more = asked.filter((scope) => !scopesGranted.includes(scope))
    return refusedFor(
      challenge,
      secretsOf([accessToken, tokens.refreshToken, client.secret]).unquotedOf(more) ?? []
    )
  }
  if (!text.includes('"jsonrpc"')) return null
  return { works: true, text: 'The MCP server accepted the token.', lacks: [] }
}

/** The result for a sign-in that is valid but has too little access (RFC 6750 section 3.1). */
function refusedFor(challenge: string | null, lacks: readonly string[]): McpCheck {
  if (challengeParameter(challenge, 'error') !== 'insufficient_scope') {
    return no('The MCP server knows the token but refuses this account.')
  }
  if (lacks.length === 0) return no('The MCP server wants more access, and does not say which.')
  return { ...no(`The MCP server wants more access: ${named(lacks)}.`), lacks }
}

function secretsOf(secrets: readonly (Secret | null)[]): ExchangeSecrets {
  return new ExchangeSecrets(secrets.flatMap((secret) => secret?.expose((text) => [text]) ?? []))
}

/**
 * True for a signed token (RFC 9068) whose audience names addresses, but none on the host of this resource:
 * an authorization server that does not know RFC 8707 gave a token for a server of its own. Any other text in
 * `aud` is ignored.
 */
function isForAnother(accessToken: Secret, resource: URL): boolean {
  const audiences = accessToken.expose(audiencesOf).filter((one) => /^https?:/i.test(one))
  const hosts = audiences.map((one) => (URL.canParse(one) ? new URL(one).host : ''))
  return hosts.length > 0 && !hosts.includes(resource.host)
}

function audiencesOf(token: string): readonly string[] {
  const [, payload] = /^ey[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token) ?? []
  if (payload === undefined) return []
  const { aud } = claimsOf(payload)
  return [aud].flat().filter((one) => typeof one === 'string')
}

function claimsOf(payload: string): Record<string, unknown> {
  try {
    return jsonObject(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) ?? {}
  } catch {
    return {}
  }
}

const no = (text: string): McpCheck => ({ works: false, text, lacks: [] })

const MOST_NAMED = 5

function named(scopes: readonly string[]): string {
  const more = scopes.length - MOST_NAMED
  const list = scopes.slice(0, MOST_NAMED).join(', ')
  return more > 0 ? `${list} and ${String(more)} more` : list
}
