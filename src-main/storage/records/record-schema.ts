import * as v from 'valibot'
import { credentialKinds, keptRef, serviceId } from '#shared/credential.ts'
import { problemCodes } from '#shared/problem.ts'
import type { Lifetime, RefreshEnd } from '../../core/credential-record.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import { Secret } from '../../core/secret.ts'

/** An instant in its stored form, ISO 8601 in UTC; a Date after it is read. */
export const storedInstant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
  v.date()
)

export const storedLifetime = v.variant('kind', [
  v.strictObject({ kind: v.literal('at'), at: storedInstant }),
  v.strictObject({ kind: v.literal('never') }),
  v.strictObject({ kind: v.literal('unknown') })
])

/** The reverse of `storedLifetime`. */
export function toStoredLifetime(lifetime: Lifetime): v.InferInput<typeof storedLifetime> {
  return lifetime.kind === 'at' ? { kind: 'at', at: lifetime.at.toISOString() } : lifetime
}

/** The end of a refresh token, as its server stated it. */
export const storedRefreshEnd = v.variant('kind', [
  v.strictObject({ kind: v.literal('at'), at: storedInstant, toldAt: storedInstant }),
  v.strictObject({ kind: v.literal('never') })
])

/** The reverse of `storedRefreshEnd`. */
export function toStoredRefreshEnd(end: RefreshEnd): v.InferInput<typeof storedRefreshEnd> {
  return end.kind === 'at' ? { ...end, at: end.at.toISOString(), toldAt: end.toldAt.toISOString() } : end
}

/** A secret text inside a record that is itself kept secret. */
export const storedSecret = v.pipe(
  v.string(),
  v.transform((text) => new Secret(text))
)

export const storedTexts = v.array(v.string())
export const storedKind = v.picklist(credentialKinds)
export const storedRef = keptRef

const separator = v.picklist([' ', ','])
/** Values for rows that were stored before these fields existed. */
const addedFields = {
  surfaces: ['window', 'browser'],
  refresh: {
    rotates: null,
    graceSeconds: null,
    url: null,
    params: {},
    sendsRedirectUri: false,
    idleDays: null,
    lifeDays: null
  },
  tokensAt: [],
  errorCodes: {},
  tokenRequest: 'form',
  resource: null,
  dpop: false,
  status: 'documented'
} as const satisfies Partial<OAuthProvider>

function withAddedFields(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || !('redirectHost' in row)) return row
  const { redirectHost, ...rest } = row
  return { ...addedFields, ...rest, redirect: { host: redirectHost, ports: [], path: '/callback' } }
}

const laterEndpoint = v.optional(v.nullable(v.string()), null)
const endpoints = v.variant('kind', [
  v.strictObject({ kind: v.literal('discovered'), issuer: v.string() }),
  v.strictObject({
    kind: v.literal('fixed'),
    issuer: v.string(),
    authorization: v.string(),
    token: v.string(),
    revocation: v.nullable(v.string()),
    userinfo: v.nullable(v.string()),
    deviceAuthorization: laterEndpoint,
    introspection: laterEndpoint
  }),
  v.strictObject({ kind: v.literal('gotrue'), issuer: v.string() })
])

const providerFields = v.strictObject({
  kind: v.literal('oauth'),
  id: serviceId,
  name: v.string(),
  endpoints,
  clientAuth: v.picklist(['none', 'post', 'basic']),
  scopes: v.array(v.strictObject({ scope: v.string(), description: v.string(), byDefault: v.boolean() })),
  scopeParameter: v.exactOptional(v.literal('user_scope')),
  scopeSeparator: v.strictObject({ request: separator, response: separator }),
  redirect: v.strictObject({
    host: v.picklist(['127.0.0.1', 'localhost']),
    ports: v.array(v.number()),
    path: v.string()
  }),
  surfaces: v.array(v.picklist(['window', 'browser', 'device'])),
  embedded: v.picklist(['ok', 'forbidden', 'unknown']),
  refresh: v.strictObject({
    rotates: v.nullable(v.boolean()),
    graceSeconds: v.nullable(v.number()),
    url: v.nullable(v.string()),
    params: v.record(v.string(), v.string()),
    sendsRedirectUri: v.boolean(),
    idleDays: v.nullable(v.number()),
    lifeDays: v.optional(v.nullable(v.number()), null)
  }),
  tokensAt: v.array(v.string()),
  errorCodes: v.record(v.string(), v.string()),
  tokenRequest: v.picklist(['form', 'json']),
  resource: v.nullable(v.string()),
  dpop: v.boolean(),
  namesIssuer: v.exactOptional(v.literal(true)),
  mcpServer: v.exactOptional(v.string()),
  authorizationParams: v.record(v.string(), v.string()),
  missingLifetime: v.picklist(['never', 'unknown']),
  help: v.nullable(v.string()),
  accessPage: v.exactOptional(v.string()),
  status: v.picklist(['documented', 'tried']),
  source: v.string(),
  checkedOn: v.string()
})

/** The provider row that a sign-in was made with. */
export const storedProvider = v.pipe(
  v.unknown(),
  v.transform(withAddedFields),
  providerFields
) satisfies v.GenericSchema<unknown, OAuthProvider>

const problemCode = v.picklist(problemCodes)

const lacks = v.exactOptional(storedTexts)

export const storedHealth = v.variant('kind', [
  v.strictObject({ kind: v.literal('ok'), lacks }),
  v.strictObject({ kind: v.literal('needs-sign-in'), code: problemCode, since: storedInstant, lacks }),
  v.strictObject({
    kind: v.literal('refresh-failing'),
    lacks,
    code: problemCode,
    failures: v.number(),
    since: storedInstant,
    nextTryAt: v.nullable(storedInstant),
    notBefore: v.exactOptional(storedInstant)
  }),
  v.strictObject({ kind: v.literal('unreadable'), code: problemCode })
])
