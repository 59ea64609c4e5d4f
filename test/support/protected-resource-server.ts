import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ResourceOptions = {
  readonly issuer: string
  /**
   * The way in which the server names its authorization server. `root`: only at the well-known address of the
   * whole host.
   */
  readonly tells?: 'challenge' | 'path' | 'root' | 'nothing'
  /** Fields that override its metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Scope in the challenge. Null: none. */
  readonly scope?: string | null
  /** Scopes that a token needs; the list may grow while the server runs. */
  readonly needs?: readonly string[]
  /** False: the server refuses every token. Default: true. */
  readonly accepts?: () => boolean
}

export type ProtectedResourceServer = {
  /** Address of its MCP endpoint. */
  readonly url: string
  /** Requests so far, as `GET /path`. */
  requests(): readonly string[]
  close(): Promise<void>
}

const OWN_PLACE = '/about/this-resource'
const PONG = { jsonrpc: '2.0', id: 1, result: {} }

/**
 * Starts the part of a remote MCP server that is about sign-in (RFC 9728): it accepts signed tokens that were
 * made for it.
 */
export async function startProtectedResource(options: ResourceOptions): Promise<ProtectedResourceServer> {
  const { tells = 'challenge', scope = null, needs = [], accepts = () => true } = options
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    requests.push(`${request.method ?? ''} ${path}`)
    if (path === placeOf(tells)) return answer(response, 200, documentFor())
    if (path !== '/mcp') return answer(response, 404, {})
    const token = claimsOf(request)
    if (token.aud === url && accepts()) {
      const granted = (token.scope ?? '').split(' ')
      if (needs.every((scope) => granted.includes(scope))) return answer(response, 200, PONG)
      const wanted = `error="insufficient_scope", scope="${needs.join(' ')}"`
      response.setHeader('www-authenticate', `Bearer realm="mcp", ${wanted}`)
      return answer(response, 403, { error: 'insufficient_scope' })
    }
    const where = tells === 'challenge' ? `, resource_metadata="${origin()}${OWN_PLACE}"` : ''
    const what = scope === null ? '' : `, scope="${scope}"`
    response.setHeader('www-authenticate', `Bearer realm="mcp"${where}${what}`)
    answer(response, 401, { error: 'invalid_token' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const url = `${origin()}/mcp`
  function documentFor(): Record<string, unknown> {
    const authorization = { authorization_servers: [options.issuer], scopes_supported: ['registry:read'] }
    return { resource: url, ...authorization, bearer_methods_supported: ['header'], ...options.metadata }
  }
  return {
    url,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

type Claims = { readonly aud?: unknown; readonly scope?: string }

function claimsOf({ headers }: IncomingMessage): Claims {
  const payload = /^Bearer [\w-]+\.([\w-]+)\./.exec(headers.authorization ?? '')?.[1] ?? ''
  return payload === '' ? {} : (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims)
}

function placeOf(tells: ResourceOptions['tells']): string | null {
  if (tells === 'challenge') return OWN_PLACE
  if (tells === 'path') return '/.well-known/oauth-protected-resource/mcp'
  return tells === 'root' ? '/.well-known/oauth-protected-resource' : null
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
