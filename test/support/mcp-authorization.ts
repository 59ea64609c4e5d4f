import { randomBytes } from 'node:crypto'
import type { Configuration } from 'oidc-provider'

type McpOptions = {
  readonly registers?: boolean
  /** Who asks for it gets tokens that are bound to a key (RFC 9449), and answers about them. */
  readonly bindsToKeys?: boolean
  /** Takes the address of a document as a client's ID, and finds this one there; null: it does not. */
  readonly clientDocument?: Readonly<Record<string, unknown>> | null
}

/** An authorization server as remote MCP servers have it: it registers clients and gives signed tokens for one resource. */
export function mcpConfiguration({
  registers = true,
  bindsToKeys = false,
  clientDocument = null
}: McpOptions = {}): Configuration {
  return {
    ...(clientDocument && { fetch: async () => Response.json(clientDocument) }),
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    features: {
      registration: { enabled: registers },
      dPoP: { enabled: bindsToKeys, nonceSecret: randomBytes(32) },
      introspection: { enabled: bindsToKeys, allowedPolicy: async () => true },
      clientIdMetadataDocument: { enabled: clientDocument !== null, ack: 'draft-02' },
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
