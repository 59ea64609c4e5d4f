import { VaultError } from '#shared/problem.ts'
import type { McpAuthorization, McpServer } from '../../core/oauth-client.ts'
import { redirectUri } from '../../core/provider.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { issuerRedirect } from '../metadata/issuer-families.ts'
import { ClientRegistrar } from './client-registration.ts'
import { type OAuthContext, guarded } from '../flows/oauth-context.ts'
import { isAtPrivateHost } from '../http/endpoint-url.ts'
import { findProtectedResource } from './protected-resource.ts'

/**
 * The MCP profile: finds where people sign in to a server (RFC 9728, RFC 8414) and makes Latchkey its client
 * (RFC 7591).
 */
export function mcpAuthorization(context: OAuthContext): McpAuthorization {
  const registrar = new ClientRegistrar(context)
  return {
    findMcpServer: (server) => guarded(findMcpServer(context, server)),
    registerClient: (wish) =>
      guarded(context.discovery.metadata(wish.issuer).then((metadata) => registrar.register(metadata, wish)))
  }
}

/** Throws PROVIDER_REFUSED if a server on the internet names an authorization server in a private network. */
async function refusePrivate({ addressesOf }: OAuthContext, server: string, issuer: string): Promise<void> {
  const [from, to] = [server.trim(), issuer].map((address) => new URL(address).hostname)
  if (from === undefined || to === undefined || from === to) return
  if ((await isAtPrivateHost(from, addressesOf)) || !(await isAtPrivateHost(to, addressesOf))) return
  throw new VaultError('PROVIDER_REFUSED', {
    message: 'The authorization server of this MCP server is in a private network. Do not use it.'
  })
}

/**
 * Treats a server without a document of RFC 9728 as its own authorization server, as the MCP specification of
 * 2025-03-26 does.
 */
async function lookAtOrigin({ discovery }: OAuthContext, server: string): Promise<IssuerMetadata> {
  const metadata = await discovery.find(new URL(server.trim()).origin)
  if (metadata !== null) return metadata
  throw new VaultError('PROVIDER_REFUSED', {
    message: 'This server does not say where to sign in. Check the address; it may need no sign-in.'
  })
}

/** Removes the query: the resource is kept in the clear, and a query may hold a secret. */
function withoutQuery(server: string): string {
  const { origin, pathname } = new URL(server.trim())
  return `${origin}${pathname}`
}

async function findMcpServer(context: OAuthContext, server: string): Promise<McpServer> {
  const found = await findProtectedResource(context.fetch, server, context)
  if (found !== null) await refusePrivate(context, server, found.issuer)
  const metadata = await (found === null
    ? lookAtOrigin(context, server)
    : context.discovery.look(found.issuer))
  if (!metadata.announcesPkce) {
    throw new VaultError('PROVIDER_REFUSED', {
      message:
        'The authorization server of this MCP server does not say that it checks PKCE. MCP requires it.'
    })
  }
  // `offline_access` brings the refresh token; it is requested only if the issuer knows it.
  const offline = metadata.scopes.includes('offline_access') ? ['offline_access'] : []
  return {
    resource: found?.resource ?? withoutQuery(server),
    isOlderProfile: found === null,
    issuer: metadata.issuer,
    authorizationHost: new URL(metadata.authorizationEndpoint).host,
    redirectUri: redirectUri(issuerRedirect({ ...metadata, namesIssuer: metadata.namesIssuerInAnswers })),
    namesIssuer: metadata.namesIssuerInAnswers,
    asked: found?.asked ?? null,
    supported: found?.supported ?? metadata.scopes.filter((scope) => scope !== 'offline_access'),
    offline,
    registers: metadata.registrationEndpoint !== null
  }
}
