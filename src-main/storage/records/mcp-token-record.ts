import * as v from 'valibot'
import type { McpToken } from '../../core/credential-record.ts'
import {
  storedInstant,
  storedLifetime,
  storedRef,
  storedSecret,
  storedTexts,
  toStoredLifetime
} from './record-schema.ts'

/** The tokens of an MCP server in their stored form. */
export const mcpTokenRecord = v.strictObject({
  v: v.literal(1),
  kind: v.literal('mcp'),
  ref: storedRef,
  name: v.string(),
  accessToken: storedSecret,
  refreshToken: v.nullable(storedSecret),
  tokenType: v.string(),
  expiry: storedLifetime,
  scopes: storedTexts,
  clientId: v.nullable(v.string()),
  tokenUrl: v.nullable(v.string()),
  serverUrl: v.nullable(v.string()),
  obtainedAt: storedInstant,
  updatedAt: storedInstant
})

/** Returns the record, with secrets in clear. Only for the credential codec. */
export function mcpTokenToRecord(token: McpToken): v.InferInput<typeof mcpTokenRecord> {
  return {
    ...token,
    v: 1,
    accessToken: token.accessToken.expose((text) => text),
    refreshToken: token.refreshToken?.expose((text) => text) ?? null,
    expiry: toStoredLifetime(token.expiry),
    scopes: [...token.scopes],
    obtainedAt: token.obtainedAt.toISOString(),
    updatedAt: token.updatedAt.toISOString()
  }
}
