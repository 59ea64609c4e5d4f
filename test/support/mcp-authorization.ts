import { randomBytes } from 'node:crypto'
import type { Configuration } from 'oidc-provider'

type McpOptions = {
  readonly registers?: boolean
  /** Who asks for it gets tokens that are bound to a key (RFC 9449), and answers about them. */
  readonly bindsToKeys?: boolean
}

/** An authorization server as remote MCP servers have it: it registers clients and gives signed tokens for one resource. */
export function mcpConfiguration({ registers = true, bindsToKeys = false }: McpOptions = {}): Configuration {
  return {
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    features: {
      registration: { enabled: registers },
      dPoP: { enabled: bindsToKeys, nonceSecret: randomBytes(32) },
      introspection: { enabled: bindsToKeys, allowedPolicy: async () => true },
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
