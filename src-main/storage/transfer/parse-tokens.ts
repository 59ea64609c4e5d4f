import * as v from 'valibot'
import { DEFAULT_ACCOUNT, type CredentialRef } from '#shared/credential.ts'
import type { ImportFormat } from '#shared/transfer.ts'
import { toProblem } from '#shared/problem.ts'
import type { McpToken } from '../../core/credential-record.ts'
import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { readMcpCredentials } from '../views/mcp-token-codec.ts'
import { serviceFor } from '../views/named-slug.ts'
import {
  endOf,
  fieldsOf,
  joinedNotes,
  keyEntry,
  NEVER,
  type ParseContext,
  refuse,
  serverOf,
  shownNameOf,
  UNKNOWN
} from './found-entries.ts'
import { inSlices } from './in-slices.ts'
import { serviceIdOf } from './parse-json.ts'
import { unreadSecrets } from './secret-names.ts'

const PROVIDER_KEYS = 'provider-key'
const providerKeyName = /^[a-zA-Z0-9._-]{1,64}$/
/** Form of the files that llxprt sealed to one computer: IV, tag and text in hexadecimal. */
const llxprtSealed = /^[0-9a-f]{24,32}:[0-9a-f]{32}:[0-9a-f]+\s*$/i
const SEALED_TO_COMPUTER =
  'llxprt sealed this file with a key that it makes from the computer, and Latchkey does not open it. Show the key in llxprt and add it here, or sign in again.'
const NOT_RENEWED = 'Kept as it is until it expires: Latchkey can’t refresh another tool’s token.'
const LEFT_IN_FILE = 'Its refresh token stays in the file.'

/**
 * Reads a key file of llxprt: the key alone, named by the file. Throws INVALID_REQUEST for a file that llxprt
 * sealed to its computer, or with a name that is invalid for a key.
 */
export function parseLlxprtKey(fileName: string, text: string, { now }: ParseContext): Found {
  requireOpen(text)
  const account = fileName.replace(/\.key$/, '')
  if (!providerKeyName.test(account)) {
    throw refuse('The name of a key must be 1 to 64 letters, digits, dots, dashes or underscores.')
  }
  const ref = { service: PROVIDER_KEYS, account }
  const entry = keyEntry({ ref, name: 'Provider key', value: text, hosts: [], expiry: NEVER }, now)
  return whole('llxprt', [entry])
}

/** Throws INVALID_REQUEST, with what to do, for a file that llxprt sealed. */
export function requireOpen(text: string): void {
  if (llxprtSealed.test(text)) throw refuse(SEALED_TO_COMPUTER)
}

export function refuseSealedFile(): never {
  throw refuse(SEALED_TO_COMPUTER)
}

const kstlibToken = v.looseObject({
  access_token: v.pipe(v.string(), v.minLength(1)),
  refresh_token: v.nullish(v.string(), null),
  id_token: v.nullish(v.string(), null)
})

/** Fields of such a file that are read, and those that are never secret. */
const kstlibFields: ReadonlySet<string> = new Set([
  ...Object.keys(kstlibToken.entries),
  'expires_at',
  'expires_in',
  'token_type',
  'scope'
])

const notRead = (field: string): string => `${field} may hold a secret too, and it was not read.`

/**
 * Reads a plain token file of kstlib, named by its provider. Its access token is kept as a key with the same
 * expiry. Throws INVALID_REQUEST for another kind of file.
 */
export function parseKstlibToken(fileName: string, json: unknown, { now, services }: ParseContext): Found {
  if (fieldsOf(fieldsOf(json)?.['sops']) !== null) {
    throw refuse(
      'SOPS sealed this file. Open it with “sops -d”, save it as PROVIDER.token.json, and import that file.'
    )
  }
  const token = v.safeParse(kstlibToken, json)
  const service = serviceIdOf(fileName.replace(/\.token\.json$/, ''))
  if (!token.success || service === null) throw refuse('This is not a token file of kstlib.')
  const { access_token: value, refresh_token: refresh, id_token: idToken } = token.output
  const { expiry, note: endNote } = endOf(fieldsOf(json)?.['expires_at'], UNKNOWN)
  const note = joinedNotes(NOT_RENEWED, refresh === null ? null : LEFT_IN_FILE, endNote)
  const ref = { service, account: DEFAULT_ACCOUNT }
  const entry = keyEntry({ ref, name: service, value, hosts: [], expiry, note }, now)
  const unread = unreadSecrets(token.output, kstlibFields, services)
  const leavesSecrets = refresh !== null || idToken !== null || unread.length > 0
  return { ...whole('kstlib', [entry]), skipped: unread.map(notRead), leavesSecrets }
}

const remoteTokens = v.looseObject({
  access_token: v.pipe(v.string(), v.minLength(1)),
  token_type: v.optional(v.pipe(v.string(), v.minLength(1)), 'Bearer'),
  refresh_token: v.nullish(v.string(), null),
  scope: v.nullish(v.string(), null)
})

/**
 * Reads a token file of mcp-remote, which is named by a hash of the server's address. Throws INVALID_REQUEST
 * for another kind of file.
 */
export async function parseMcpRemote(fileName: string, json: unknown, context: ParseContext): Promise<Found> {
  const parsed = v.safeParse(remoteTokens, json)
  if (!parsed.success) throw refuse('This is not a token file of mcp-remote.')
  const {
    access_token: accessToken,
    token_type: tokenType,
    refresh_token: refreshToken,
    scope
  } = parsed.output
  const serverName = fileName.replace(/_tokens\.json$/, '')
  // The lifetime in the file counts from a moment that the file does not name, so it is not read.
  const found = await parseMcp(
    [{ serverName, token: { accessToken, tokenType, refreshToken, scope } }],
    context
  )
  const known = new Set([...Object.keys(remoteTokens.entries), 'expires_in', 'expires_at'])
  const unread = unreadSecrets(parsed.output, known, context.services).map(notRead)
  const leavesSecrets = found.leavesSecrets || unread.length > 0
  return { ...found, skipped: [...found.skipped, ...unread], leavesSecrets }
}

/** True for a list of MCP credentials, a map of them by the server's name, or a single one. */
export function isMcpJson(json: unknown): boolean {
  const first = Array.isArray(json) ? json[0] : firstOf(fieldsOf(json) ?? {})
  return fieldsOf(fieldsOf(first)?.['token'])?.['accessToken'] !== undefined
}

/** Returns the only credential, or the first of a map. */
function firstOf(fields: Readonly<Record<string, unknown>>): unknown {
  if ('serverName' in fields && 'token' in fields) return fields
  for (const name in fields) return fields[name]
  return null
}

/** Reads credentials of MCP servers in the form of their hosts. Incomplete ones are left out and listed. */
export async function parseMcp(json: unknown, { now }: ParseContext): Promise<Found> {
  const entries: FoundEntry[] = []
  const skipped: string[] = []
  await inSlices(mcpItems(json), (item, index) => {
    try {
      entries.push(mcpEntry(item, now))
    } catch (error) {
      skipped.push(`Entry ${index + 1}: ${toProblem(error).message}`)
    }
  })
  return { format: 'mcp-auth', entries, skipped, leavesSecrets: skipped.length > 0, rest: null }
}

function mcpItems(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json
  const fields = fieldsOf(json)
  if (fields === null) return []
  if ('serverName' in fields && 'token' in fields) return [fields]
  return Object.entries(fields).map(([serverName, value]) => ({ serverName, ...fieldsOf(value) }))
}

function mcpEntry(item: unknown, now: Date): FoundEntry {
  const read = readMcpCredentials(item)
  const ref: CredentialRef = { service: serviceFor('mcp', read.name), account: DEFAULT_ACCOUNT }
  const credential: McpToken = { ...read, kind: 'mcp', ref, obtainedAt: now, updatedAt: now }
  const note = 'Its MCP host still refreshes it; Latchkey keeps it as it is.'
  const issuer = serverOf(credential)
  const name = shownNameOf(read.name, ref)
  return { ref, name, kind: 'mcp', credential, note, ...(issuer !== null && { issuer }) }
}

function whole(format: ImportFormat, entries: readonly FoundEntry[]): Found {
  return { format, entries, skipped: [], leavesSecrets: false, rest: null }
}
