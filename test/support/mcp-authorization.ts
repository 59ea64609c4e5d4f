import type { Configuration } from 'oidc-provider'

/** An authorization server as remote MCP servers have it: it registers clients and gives signed tokens for one resource. */
export function mcpConfiguration({ registers = true }: { readonly registers?: boolean } = {}): Configuration {
  return {
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    features: {
      registration: { enabled: registers },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => false,
        getResourceServerInfo: async (_context, audience) => ({
          scope: 'registry:read registry:write',
          audience,
          accessTokenFormat: 'jwt' as const
        })
      }
    }
  }
}
