import type { OAuthGrant } from '../../core/credential-record.ts'
import type { Secret } from '../../core/secret.ts'
import { type UrlRules, safeUrl } from '../http/endpoint-url.ts'
import { ExchangeSecrets } from '../http/exchange-secrets.ts'
import { type FetchPort, guardedFetch } from '../http/guarded-fetch.ts'
import { TOKEN_LIMITS } from '../http/token-fetch.ts'
import { challengeParameter } from '../http/www-authenticate.ts'
import { scopesIn } from './protected-resource.ts'

export type McpCheck = {
  readonly works: boolean
  readonly text: string
  /** Scopes the server wants beside those that were granted. */
  readonly lacks: readonly string[]
}

/** Opens no session and changes nothing there; who may not come in is told so before it is read. */
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

/**
 * Asks the MCP server of a grant whether it lets the token in; null: it is none, or what answered was no MCP server.
 * Throws TransportError when nobody did.
 */
export async function askMcpServer(
  { fetch, ...rules }: UrlRules & { readonly fetch: FetchPort },
  { provider, client, scopesGranted, tokens }: OAuthGrant,
  accessToken: Secret
): Promise<McpCheck | null> {
  const url = safeUrl(provider.mcpServer ?? null, rules)
  if (url === null || tokens.dpopKey !== undefined) return null
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
  return { works: true, text: 'The MCP server let the token in.', lacks: [] }
}

/** RFC 6750 section 3.1: the sign-in is fine, and not enough. */
function refusedFor(challenge: string | null, lacks: readonly string[]): McpCheck {
  if (challengeParameter(challenge, 'error') !== 'insufficient_scope') {
    return no('The MCP server knows the token and does not let this account in.')
  }
  if (lacks.length === 0) return no('The MCP server wants more access, and does not say which.')
  return { ...no(`The MCP server wants more access: ${named(lacks)}.`), lacks }
}

function secretsOf(secrets: readonly (Secret | null)[]): ExchangeSecrets {
  return new ExchangeSecrets(secrets.flatMap((secret) => secret?.expose((text) => [text]) ?? []))
}

const no = (text: string): McpCheck => ({ works: false, text, lacks: [] })

const MOST_NAMED = 5

function named(scopes: readonly string[]): string {
  const more = scopes.length - MOST_NAMED
  const list = scopes.slice(0, MOST_NAMED).join(', ')
  return more > 0 ? `${list} and ${String(more)} more` : list
}
