import * as v from 'valibot'
import { entryLabels } from './entry-labels-schema.ts'
import { problemCodes } from './problem.ts'
import { shownText } from './shown-text.ts'

/** Provider id as users see it: `github`, `sso.example.net`. */
export const serviceId = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9][a-z0-9._-]{0,99}$/,
    'Use lower-case letters, digits, dot, dash or underscore, at most 100.'
  )
)
export type ServiceId = v.InferOutput<typeof serviceId>

export const DEFAULT_ACCOUNT = 'default'

/** Which credential: the service and the resource owner there. */
export const credentialRef = v.strictObject({
  service: serviceId,
  account: v.pipe(shownText, v.minLength(1))
})
export type CredentialRef = v.InferOutput<typeof credentialRef>

/**
 * What an entry that is stored may be called: earlier versions took characters that can not be seen. For what is read
 * back and for nothing that comes in; shown cleaned.
 */
export const keptRef = v.strictObject({
  service: serviceId,
  // oxlint-disable-next-line no-control-regex -- control characters were always refused
  account: v.pipe(v.string(), v.regex(/^[^\u0000-\u001f\u007f\u2028\u2029\ud800-\udfff]{1,200}$/u))
})

/** A storage key is a JSON array and never joined prefixes: `a` + `b.c` and `a.b` + `c` must not meet. */
export function credentialKey(ref: CredentialRef): string {
  return JSON.stringify([ref.service, ref.account])
}

const keySchema = v.strictTuple([keptRef.entries.service, keptRef.entries.account])

/** The reverse of `credentialKey`; null for anything else. */
export function refFromKey(key: string): CredentialRef | null {
  let parts: unknown
  try {
    parts = JSON.parse(key)
  } catch {
    return null
  }
  const result = v.safeParse(keySchema, parts)
  return result.success ? { service: result.output[0], account: result.output[1] } : null
}

/** A scope (RFC 6749 section 3.3). */
export const scopeName = v.pipe(v.string(), v.regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/))
export const scopeList = v.pipe(v.array(scopeName), v.maxLength(200))
const instant = v.pipe(v.string(), v.isoTimestamp())
const problemCode = v.picklist(problemCodes)

/** When the access token or key stops working. `unknown`: the provider did not say. */
export const expirySchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('at'), at: instant }),
  v.strictObject({ kind: v.literal('never') }),
  v.strictObject({ kind: v.literal('unknown') })
])
export type Expiry = v.InferOutput<typeof expirySchema>

/** The eight states a person can see; the words are in `status.ts`. Times are ISO 8601 in UTC. */
export const credentialStatus = v.variant('kind', [
  v.strictObject({ kind: v.literal('valid') }),
  v.strictObject({ kind: v.literal('expiring') }),
  v.strictObject({ kind: v.literal('refreshing'), since: instant }),
  v.strictObject({ kind: v.literal('refresh-failing'), code: problemCode, nextTryAt: v.nullable(instant) }),
  v.strictObject({ kind: v.literal('expired') }),
  v.strictObject({ kind: v.literal('needs-sign-in'), code: problemCode, since: v.nullable(instant) }),
  v.strictObject({ kind: v.literal('unreadable'), code: problemCode }),
  v.strictObject({ kind: v.literal('locked') })
])
export type CredentialStatus = v.InferOutput<typeof credentialStatus>
export type StatusKind = CredentialStatus['kind']

/** `aws`: access keys of AWS, which sign requests; `mcp`: tokens an MCP host got and renews itself; `extension`: a secret setting of an extension. */
export const credentialKinds = ['oauth', 'api-key', 'aws', 'mcp', 'extension'] as const
export type CredentialKind = (typeof credentialKinds)[number]

export const backendIds = ['keychain', 'encrypted-file', 'memory', 'plain-file', 'sops', 'custom'] as const
export type BackendId = (typeof backendIds)[number]

/** First two and last two characters of a secret with stars between (F4); never more. */
export const maskedText = v.pipe(v.string(), v.maxLength(16))

/** Where the exchange of an API key stands; null in a summary: none is under way. */
export const rotationState = v.variant('kind', [
  /** A new key is stored beside the one in use. */
  v.strictObject({
    kind: v.literal('prepared'),
    since: instant,
    masked: maskedText
  }),
  /** The new key is in use and the former one is kept until then. */
  v.strictObject({ kind: v.literal('switched'), since: instant, undoUntil: instant })
])
export type RotationState = v.InferOutput<typeof rotationState>

/** Everything a window may know of a credential. Strict: a field that is not listed here can not cross. */
export const credentialSummary = v.strictObject({
  /** `credentialKey(ref)`; stays the same over refresh and re-sign-in. */
  id: v.string(),
  service: serviceId,
  account: v.string(),
  /** The service's name as shown: "GitHub". */
  name: v.string(),
  kind: v.picklist(credentialKinds),
  status: credentialStatus,
  expiry: expirySchema,
  /** A refresh token is kept, so the access token is refreshed automatically. */
  renewable: v.boolean(),
  /** Scopes granted, in the provider's order. */
  scopes: v.array(v.string()),
  /** Scopes asked for and not granted. */
  missingScopes: v.array(v.string()),
  /** Scopes granted and not asked for; empty where none were asked for by name. */
  extraScopes: v.array(v.string()),
  /** Issuer or API host, for people: `https://sso.example.net`; null for an API key of no known host. */
  issuer: v.nullable(v.string()),
  clientId: v.nullable(v.string()),
  /** What the tokens are for (RFC 8707), such as an MCP server; absent: nothing is named. */
  resource: v.exactOptional(v.string()),
  /** Where signing in again leads; `depends`: by a code, or to a page if there is a client secret. Absent: nowhere. */
  surface: v.exactOptional(v.picklist(['window', 'browser', 'device', 'depends'])),
  /** Signing in again asks for the password of this account; absent: a page of the provider opens. */
  signsInBy: v.exactOptional(v.literal('password')),
  /** Hosts an API key may be sent to; empty for a sign-in. */
  allowedHosts: v.array(v.string()),
  masked: maskedText,
  backend: v.picklist(backendIds),
  obtainedAt: instant,
  refreshedAt: v.nullable(instant),
  nextRefreshAt: v.nullable(instant),
  /** Renewed in the background although nobody uses it; null: there is nothing to renew. */
  keptFresh: v.nullable(v.boolean()),
  /** The provider ends a sign-in that nobody uses: it has to be used or made again before then; null: no limit is known. */
  useBefore: v.nullable(instant),
  /** The provider ends a sign-in at a certain age, however much it is used; null: no such end is known. */
  signInBefore: v.nullable(instant),
  /** Start of the current access token's life, for the life bar. */
  issuedAt: instant,
  lastUsedAt: v.nullable(instant),
  rotation: v.nullable(rotationState),
  /** What the person has written about the entry. Null: nothing. */
  labels: v.nullable(entryLabels)
})
export type CredentialSummary = v.InferOutput<typeof credentialSummary>

/** Hosts an API key may be sent to: exact host names, lower case, optional port. */
export const hostName = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.regex(
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/,
    'Not a host name.'
  )
)
