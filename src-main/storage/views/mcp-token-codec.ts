import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import type { Lifetime, McpToken } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'

const wellFormed = v.check((text: string) => text.isWellFormed())
const text = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest), wellFormed)
const secret = v.pipe(
  text(65_536),
  v.transform((value) => new Secret(value))
)
const LAST_INSTANT = 8.64e15

/**
 * Credentials of a server as an MCP host stores them, in JSON; `expiresAt` and `updatedAt` in milliseconds
 * since 1970.
 */
const credentialsSchema = v.strictObject({
  serverName: text(1000),
  token: v.strictObject({
    accessToken: secret,
    refreshToken: v.nullish(secret, null),
    tokenType: text(100),
    expiresAt: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(LAST_INSTANT)), null),
    scope: v.nullish(v.pipe(v.string(), v.maxLength(20_000), wellFormed), null)
  }),
  clientId: v.nullish(text(8192), null),
  tokenUrl: v.nullish(text(8192), null),
  mcpServerUrl: v.nullish(text(8192), null),
  updatedAt: v.nullish(v.number(), null)
})

/**
 * Credentials of one MCP server. Tokens are `Secret`s, so that printing or serializing does not show them.
 */
export type McpCredentials = {
  readonly serverName: string
  readonly token: {
    readonly accessToken: Secret
    readonly refreshToken: Secret | null
    readonly tokenType: string
    /** Null: the server did not state it. */
    readonly expiresAt: Date | null
    /** Scopes separated by one space. Null: the server stated none. */
    readonly scope: string | null
  }
  readonly clientId: string | null
  readonly tokenUrl: string | null
  readonly mcpServerUrl: string | null
  readonly updatedAt: Date
}

/** The stored fields, before the store adds its own. */
export type ReadCredentials = Omit<McpToken, 'kind' | 'ref' | 'obtainedAt' | 'updatedAt'>

const fields: ReadonlySet<string> = new Set([
  ...Object.keys(credentialsSchema.entries),
  ...Object.keys(credentialsSchema.entries.token.entries).map((name) => `token.${name}`)
])

/**
 * Reads the credentials of a host. Throws INVALID_REQUEST with the name of a missing or wrong field, never
 * with its value; unknown fields are refused.
 */
export function readMcpCredentials(input: unknown): ReadCredentials {
  const parsed = v.safeParse(credentialsSchema, input)
  if (!parsed.success) throw invalid(v.getDotPath(parsed.issues[0]))
  const { serverName, token, clientId, tokenUrl, mcpServerUrl } = parsed.output
  return {
    name: serverName,
    accessToken: token.accessToken,
    refreshToken: token.refreshToken,
    tokenType: token.tokenType,
    expiry: lifetimeOf(token.expiresAt),
    scopes: token.scope?.split(/\s+/).filter((scope) => scope !== '') ?? [],
    clientId,
    tokenUrl,
    serverUrl: mcpServerUrl
  }
}

/** Returns a stored record in the form of MCP hosts. */
export function toMcpCredentials(record: McpToken): McpCredentials {
  const { accessToken, refreshToken, tokenType, expiry, scopes } = record
  const expiresAt = expiry.kind === 'at' ? expiry.at : null
  const scope = scopes.length === 0 ? null : scopes.join(' ')
  return {
    serverName: record.name,
    token: { accessToken, refreshToken, tokenType, expiresAt, scope },
    clientId: record.clientId,
    tokenUrl: record.tokenUrl,
    mcpServerUrl: record.serverUrl,
    updatedAt: record.updatedAt
  }
}

function lifetimeOf(expiresAt: number | null): Lifetime {
  return expiresAt === null ? { kind: 'unknown' } : { kind: 'at', at: new Date(expiresAt) }
}

function invalid(path: string | null): VaultError {
  const where = path !== null && fields.has(path) ? `Check ${path}.` : 'A field is missing or not known.'
  return new VaultError('INVALID_REQUEST', {
    message: `The credentials of the MCP server are not complete or not valid. ${where}`
  })
}
