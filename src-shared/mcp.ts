import * as v from 'valibot'
import { windowOnly } from './doors.ts'
import { scopeList } from './credential.ts'
import { shownText } from './shown-text.ts'

const url = v.pipe(v.string(), v.maxLength(8192))

/** A remote MCP server by its address. Null client: the one that Latchkey has for it already, or registers. */
export const mcpServerChoice = v.strictObject({
  kind: v.literal('mcp'),
  server: url,
  name: shownText,
  clientId: v.nullable(v.pipe(shownText, v.minLength(1)))
})
export type McpServerChoice = v.InferOutput<typeof mcpServerChoice>

/** What an MCP server and its authorization server say of themselves. */
export const mcpReport = v.strictObject({
  /** RFC 8707: what tokens are asked for. */
  resource: v.string(),
  issuer: v.string(),
  authorizationHost: v.string(),
  /** What a client that the person brings has to be registered with there. */
  redirectUri: url,
  /** What the sign-in asks for unless the person chooses otherwise. */
  scopes: scopeList,
  /** All that can be chosen, `scopes` among it. */
  offered: scopeList,
  /** Servers and services that the vault has credentials for from the same issuer; empty: none. */
  alsoFor: v.array(v.string()),
  /** It follows the MCP specification of 2025-03-26 (no RFC 9728). */
  isOlderProfile: v.boolean(),
  /** How the sign-in gets its client: one from before, a new registration, or an id that the person brings. */
  client: v.picklist(['known', 'registers', 'ask'])
})
export type McpReport = v.InferOutput<typeof mcpReport>

export const mcpRequests = {
  /** Asks the server, and the authorization server it names, without signing in. */
  discoverMcpServer: { doors: windowOnly, input: v.strictTuple([url]), output: mcpReport }
} as const
