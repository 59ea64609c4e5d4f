import { VaultError } from '#shared/problem.ts'
import type { McpAuthorization, McpServer } from '../../core/sign-in/mcp-ports.ts'
import { redirectUri } from '../../core/provider.ts'
import { issuerRedirect } from '../metadata/issuer-redirect.ts'
import { ClientRegistrar } from './client-registration.ts'
import { type OAuthContext, guarded } from '../oauth-context.ts'
import { findProtectedResource } from './protected-resource.ts'

/** The MCP profile: where a server lets people sign in (RFC 9728, RFC 8414) and how we become its client (RFC 7591). */
export function mcpAuthorization(context: OAuthContext): McpAuthorization {
  const registrar = new ClientRegistrar(context)
  return {
    findMcpServer: (server) => guarded(findMcpServer(context, server)),
    registerClient: (issuer, forgotten) =>
      guarded(context.discovery.metadata(issuer).then((metadata) => registrar.register(metadata, forgotten)))
  }
}

async function findMcpServer(context: OAuthContext, server: string): Promise<McpServer> {
  const found = await findProtectedResource(context.fetch, server, context)
  const metadata = await context.discovery.look(found.issuer)
  if (!metadata.announcesPkce) {
    throw new VaultError('PROVIDER_REFUSED', {
      message:
        'The authorization server of this MCP server does not say that it checks PKCE. MCP requires it.'
    })
  }
  // Without it there is nothing to renew the sign-in with; asked for only where it is known.
  const offline = metadata.scopes.includes('offline_access') ? ['offline_access'] : []
  return {
    resource: found.resource,
    issuer: metadata.issuer,
    authorizationHost: new URL(metadata.authorizationEndpoint).host,
    redirectUri: redirectUri(issuerRedirect({ ...metadata, namesIssuer: metadata.namesIssuerInAnswers })),
    namesIssuer: metadata.namesIssuerInAnswers,
    scopes: [...new Set([...found.scopes, ...offline])],
    registers: metadata.registrationEndpoint !== null
  }
}
