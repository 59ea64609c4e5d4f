import { randomBytes } from 'node:crypto'
import type { Configuration } from 'oidc-provider'

type McpOptions = {
  readonly registers?: boolean
  /** True: a client may ask for tokens that are bound to a key (RFC 9449), and may look tokens up. */
  readonly bindsToKeys?: boolean
  /** Document at an address that is a client's ID. Null: the server accepts no such ID. */
  readonly clientDocument?: Readonly<Record<string, unknown>> | null
}

/**
 * An authorization server as remote MCP servers have it: it registers clients and issues signed tokens for
 * one resource.
 */
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
