import * as v from 'valibot'
import { hostName, scopeList, serviceId } from '#shared/credential.ts'
import { shownText } from '#shared/shown-text.ts'
import { VaultError } from '#shared/problem.ts'
import type { OAuthProvider, Provider } from '../../core/provider.ts'
import { safeUrl, type UrlRules } from '../http/endpoint-url.ts'

/** Parameters of an authorization request that no row may set. */
const OURS = [
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'scope',
  'user_scope',
  'request',
  'request_uri',
  'response_mode',
  'resource',
  'dpop_jkt',
  'login_hint',
  'id_token_hint'
]
/** Parameters of a token request that no row may set. */
const OURS_AT_THE_TOKEN_ENDPOINT = [
  'client_id',
  'client_secret',
  'grant_type',
  'redirect_uri',
  'refresh_token',
  'scope',
  'client_assertion_type',
  'code',
  'code_verifier',
  'device_code',
  'resource',
  'token'
]

// Our own messages for each field: the library's would quote the value.
const oneOf = <const Options extends readonly string[]>(options: Options) =>
  v.picklist(options, `must be one of: ${options.map((option) => `“${option}”`).join(', ')}.`)
const address = (rules: UrlRules) =>
  v.custom<string>((value) => safeUrl(value, rules) !== null, 'must be an https address.')
const httpsUrl = address({ allowLoopbackHttp: false })
const isoDay = v.pipe(v.string(), v.isoDate('must be a day such as 2026-11-21.'))
const separator = oneOf([' ', ','])
const flag = v.boolean('must be true or false.')
const count = (least: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least, `must be at least ${String(least)}.`))

const additions = (ours: readonly string[]) =>
  v.pipe(
    v.record(v.string(), v.string()),
    v.check(
      (extra) => ours.every((name) => !Object.hasOwn(extra, name)),
      `must not set any of: ${ours.join(', ')}.`
    )
  )

const common = {
  id: serviceId,
  name: v.pipe(shownText, v.minLength(1, 'must not be empty.')),
  help: v.nullable(httpsUrl),
  source: v.pipe(v.string(), v.minLength(1, 'must not be empty.')),
  checkedOn: isoDay
}

const optionalUrl = v.nullable(httpsUrl)

const oauthRow = v.strictObject({
  ...common,
  kind: v.literal('oauth'),
  endpoints: v.variant('kind', [
    v.strictObject({ kind: v.literal('discovered'), issuer: httpsUrl }),
    v.strictObject({
      kind: v.literal('fixed'),
      issuer: httpsUrl,
      authorization: httpsUrl,
      token: httpsUrl,
      revocation: optionalUrl,
      userinfo: optionalUrl,
      deviceAuthorization: optionalUrl,
      introspection: optionalUrl
    })
  ]),
  clientAuth: oneOf(['none', 'post', 'basic']),
  scopes: v.array(v.strictObject({ scope: scopeList.pipe[0].item, description: shownText, byDefault: flag })),
  scopeParameter: v.exactOptional(v.literal('user_scope')),
  scopeSeparator: v.strictObject({ request: separator, response: separator }),
  redirect: v.strictObject({
    host: oneOf(['127.0.0.1', 'localhost']),
    ports: v.array(v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(65_535))),
    path: v.pipe(v.string(), v.regex(/^\/[\w/.-]*$/, 'must be a path such as /callback.'))
  }),
  surfaces: v.pipe(
    v.array(oneOf(['window', 'browser', 'device'])),
    v.minLength(1, 'must name at least one.')
  ),
  embedded: oneOf(['ok', 'forbidden', 'unknown']),
  refresh: v.strictObject({
    rotates: v.nullable(flag),
    graceSeconds: v.nullable(count(0)),
    url: optionalUrl,
    params: additions(OURS_AT_THE_TOKEN_ENDPOINT),
    sendsRedirectUri: flag,
    idleDays: v.nullable(count(1)),
    lifeDays: v.nullable(count(1))
  }),
  tokensAt: v.array(v.pipe(v.string(), v.regex(/^\w+$/, 'must be the name of a field.'))),
  errorCodes: v.record(
    v.string(),
    v.pipe(v.string(), v.regex(/^[a-z_]{1,40}$/, 'must be an OAuth error code.'))
  ),
  tokenRequest: oneOf(['form', 'json']),
  resource: optionalUrl,
  dpop: flag,
  accessPage: v.exactOptional(httpsUrl),
  namesIssuer: v.exactOptional(v.literal(true, 'must be true, or absent.')),
  status: oneOf(['documented', 'tried']),
  authorizationParams: additions(OURS),
  missingLifetime: oneOf(['never', 'unknown'])
})

const apiKeyRow = v.strictObject({
  ...common,
  kind: v.literal('api-key'),
  allowedHosts: v.array(hostName),
  keyPrefixes: v.array(v.pipe(v.string(), v.regex(/^[\w.-]{2,20}$/, 'must be 2 to 20 letters.')))
})

const passwordRow = v.strictObject({ ...common, kind: v.literal('password') })

const row = v.variant('kind', [oauthRow, apiKeyRow, passwordRow])

export type RowRules = {
  /** Name of the table that holds the rows; it begins the message. */
  readonly table: string
  /** Ids that other rows have already. */
  readonly taken: readonly string[]
}

/**
 * The row that a sign-in keeps for a provider without a row on this computer: its endpoints are the issuer's
 * own.
 */
const grantRow = (rules: UrlRules) =>
  v.strictObject({
    ...oauthRow.entries,
    endpoints: v.variant('kind', [
      v.strictObject({ kind: v.literal('discovered'), issuer: address(rules) }),
      v.strictObject({ kind: v.literal('gotrue'), issuer: address(rules) })
    ]),
    refresh: v.strictObject({
      ...oauthRow.entries.refresh.entries,
      url: v.null('must be the issuer’s own token endpoint.')
    }),
    resource: v.nullable(address(rules)),
    mcpServer: v.exactOptional(address(rules))
  })

/** The result of reading a row from a file. `fault`: the field and its problem, in words for the person. */
export type GrantRow =
  | { readonly kind: 'read'; readonly row: OAuthProvider }
  | { readonly kind: 'refused'; readonly fault: string }

/**
 * Parses the row of a sign-in from a file by the rules of `providers.json`, with stricter rules for its
 * endpoints.
 */
export function parseGrantRow(given: unknown, rules: UrlRules): GrantRow {
  const result = v.safeParse(grantRow(rules), given)
  return result.success
    ? { kind: 'read', row: result.output }
    : { kind: 'refused', fault: whatIsWrong(result.issues[0]) }
}

/**
 * Parses rows by the rules of the table. Throws CONFIG_INVALID; the message names the position of the row and
 * the field, never a value.
 */
export function parseProviderRows(rows: readonly unknown[], { table, taken }: RowRules): Provider[] {
  const ids = new Set(taken)
  return rows.map((given, index) => {
    const result = v.safeParse(row, given)
    if (!result.success) throw notValid(table, index, whatIsWrong(result.issues[0]))
    if (ids.has(result.output.id)) throw notValid(table, index, 'id belongs to another row already.')
    ids.add(result.output.id)
    return result.output
  })
}

/** `sentence`: the field and its problem. */
export function notValid(table: string, index: number, sentence: string): VaultError {
  return new VaultError('CONFIG_INVALID', { message: `${table}, row ${String(index + 1)}: ${sentence}` })
}

function whatIsWrong(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue)
  if (field === null) return 'it must be an object with the fields of a provider.'
  if (issue.expected === 'never') return `${shownField(field)} is not a field of a provider.`
  if (issue.received === 'undefined') return `${shownField(field)} is missing.`
  return `${shownField(field)} ${issue.message.startsWith('must ') ? issue.message : 'is not valid.'}`
}

/** The field's name for a message. An unknown name may be anything, even a misplaced secret. */
function shownField(path: string): string {
  return /^[\w.]{1,60}$/.test(path) ? path : 'One of its fields'
}
