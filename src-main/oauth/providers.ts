import * as v from 'valibot'
import { hostName, scopeList, serviceId, shownText } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/ipc.ts'
import { VaultError } from '#shared/problem.ts'
import { type OAuthProvider, type Provider, chooseSurface } from '../core/provider.ts'
import type { ProviderDirectory } from '../core/sign-in-plan.ts'
import { customProvider } from './custom-provider.ts'
import { safeUrl } from './endpoint-url.ts'
import { apiKeyRows, oauthRows } from './provider-rows.ts'

const OURS = ['client_id', 'redirect_uri', 'response_type', 'state', 'nonce', 'code_challenge', 'scope']

const httpsUrl = v.custom<string>((value) => safeUrl(value, { allowLoopbackHttp: false }) !== null)
const separator = v.picklist([' ', ','])
const common = {
  id: serviceId,
  name: v.pipe(shownText, v.minLength(1)),
  help: v.nullable(httpsUrl),
  source: v.pipe(v.string(), v.minLength(1)),
  checkedOn: v.pipe(v.string(), v.isoDate())
}

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
      revocation: v.nullable(httpsUrl),
      userinfo: v.nullable(httpsUrl),
      deviceAuthorization: v.nullable(httpsUrl),
      introspection: v.nullable(httpsUrl)
    })
  ]),
  clientAuth: v.picklist(['none', 'post', 'basic']),
  scopes: v.array(
    v.strictObject({ scope: scopeList.pipe[0].item, description: shownText, byDefault: v.boolean() })
  ),
  scopeSeparator: v.strictObject({ request: separator, response: separator }),
  redirect: v.strictObject({
    host: v.picklist(['127.0.0.1', 'localhost']),
    ports: v.array(v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(65_535))),
    path: v.pipe(v.string(), v.regex(/^\/[\w/.-]*$/))
  }),
  surfaces: v.pipe(v.array(v.picklist(['window', 'browser', 'device'])), v.minLength(1)),
  embedded: v.picklist(['ok', 'forbidden', 'unknown']),
  refresh: v.strictObject({
    rotates: v.nullable(v.boolean()),
    graceSeconds: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
    url: v.nullable(httpsUrl),
    params: v.record(v.string(), v.string()),
    sendsRedirectUri: v.boolean(),
    idleDays: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1)))
  }),
  tokensAt: v.array(v.pipe(v.string(), v.regex(/^\w+$/))),
  errorCodes: v.record(v.string(), v.pipe(v.string(), v.regex(/^[a-z_]{1,40}$/))),
  tokenRequest: v.picklist(['form', 'json']),
  resource: v.nullable(httpsUrl),
  dpop: v.boolean(),
  status: v.picklist(['documented', 'tried']),
  authorizationParams: v.pipe(
    v.record(v.string(), v.string()),
    v.check(
      (extra) => OURS.every((name) => !Object.hasOwn(extra, name)),
      'A row must not set our parameters.'
    )
  ),
  missingLifetime: v.picklist(['never', 'unknown'])
})

const apiKeyRow = v.strictObject({
  ...common,
  kind: v.literal('api-key'),
  allowedHosts: v.array(hostName),
  keyPrefixes: v.array(v.pipe(v.string(), v.regex(/^[\w-]{2,20}$/)))
})

const rowsSchema = v.pipe(
  v.array(v.variant('kind', [oauthRow, apiKeyRow])),
  v.check((rows) => new Set(rows.map((row) => row.id)).size === rows.length, 'Two rows have the same id.')
)

export const builtInProviders: readonly Provider[] = [...oauthRows, ...apiKeyRows]

/** The directory of providers. Throws CONFIG_INVALID if a row breaks the rules; called once at start. */
export function providerDirectory(
  rows: readonly Provider[] = builtInProviders
): ProviderDirectory & { readonly all: readonly Provider[] } {
  if (!v.is(rowsSchema, rows))
    throw new VaultError('CONFIG_INVALID', { message: 'The table of providers is not valid.' })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return {
    all: rows,
    find: (id) => byId.get(id) ?? null,
    custom: (wish) => customProvider({ ...wish, isTaken: (id) => byId.has(id) || wish.isTaken(id) })
  }
}

/** One row as the gallery shows it. `alwaysUseBrowser` is the person's global switch. */
export function toProviderChoice(row: Provider, alwaysUseBrowser = false): ProviderChoice {
  const shared = { id: row.id, name: row.name, kind: row.kind, hasHelp: row.help !== null }
  if (row.kind === 'api-key') {
    const { allowedHosts, keyPrefixes } = row
    return {
      ...shared,
      host: allowedHosts[0] ?? null,
      surface: 'window',
      scopes: [],
      needsClientSecret: false,
      allowedHosts: [...allowedHosts],
      keyPrefixes: [...keyPrefixes]
    }
  }
  return {
    ...shared,
    host: new URL(authorizationAddress(row)).host,
    surface: chooseSurface(row, { alwaysUseBrowser, hasFailedEmbedded: false }),
    scopes: [...row.scopes],
    needsClientSecret: row.clientAuth !== 'none',
    allowedHosts: [],
    keyPrefixes: []
  }
}

/** Whether `host` is a built-in provider's sign-in or token host while `issuer` is somebody else. */
export function isHostOfAnother(host: string, issuer: string): boolean {
  return oauthRows.some(({ endpoints }) => {
    if (endpoints.kind !== 'fixed' || endpoints.issuer === issuer) return false
    return [endpoints.authorization, endpoints.token].some((address) => new URL(address).host === host)
  })
}

function authorizationAddress({ endpoints }: OAuthProvider): string {
  return endpoints.kind === 'fixed' ? endpoints.authorization : endpoints.issuer
}
