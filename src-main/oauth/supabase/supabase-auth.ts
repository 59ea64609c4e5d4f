import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../../core/credential-record.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import type { Secret } from '../../core/secret.ts'
import type { PasswordRequest, AuthorizedGrant, OAuthClient, Project } from '../../core/oauth-client.ts'
import { ExchangeSecrets } from '../http/exchange-secrets.ts'
import { type GuardedAnswer, type Limits, guardedFetch } from '../http/guarded-fetch.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { REVOCATION_LIMITS, TOKEN_LIMITS, unquotedFields } from '../http/token-fetch.ts'
import { type TokenFields, toTokenSet } from '../http/token-answer.ts'
import type { OAuthClientPorts } from '../flows/oauth-context.ts'
import { jsonObject } from '../http/json.ts'
import { type UrlRules, safeUrl } from '../http/endpoint-url.ts'
import { readTokens, readUser, refusalIn } from './gotrue-answer.ts'
import {
  checkProblem,
  isTokenOver,
  refreshProblem,
  secondFactorWanted,
  signInProblem
} from './gotrue-problem.ts'

type SupabaseAuth = Pick<OAuthClient, 'projectAt' | 'signInWithPassword' | 'refresh' | 'revoke' | 'check'>
type Session = Pick<OAuthGrant, 'provider' | 'client'>

/**
 * The client of Supabase Auth (GoTrue), hosted or self-hosted: sign-in by the project's own password,
 * refresh, sign-out. It is not OAuth, so the library is not used. Source: supabase.com/docs,
 * github.com/supabase/auth.
 */
export function supabaseAuth(ports: OAuthClientPorts): SupabaseAuth {
  return {
    projectAt: (address) => projectAt(address, ports),
    signInWithPassword: (request) =>
      signIn(ports, request).catch((error: unknown) => {
        throw signInProblem(error)
      }),
    refresh: (grant, onSend) =>
      refresh(ports, grant, onSend).catch((error: unknown) => {
        throw refreshProblem(error)
      }),
    revoke: (grant) => endSession(ports, grant, grant.tokens.accessToken).catch(() => 'no' as const),
    check: (grant, accessToken) =>
      check(ports, grant, accessToken).catch((error: unknown) => {
        throw checkProblem(error)
      })
  }
}

async function signIn(ports: OAuthClientPorts, request: PasswordRequest): Promise<AuthorizedGrant> {
  const { provider, client, email, password } = request
  if (client.secret !== null) refuseSecretKey(client.secret)
  const issuedAt = ports.now()
  const answer = await ask(ports, request, {
    path: '/token?grant_type=password',
    body: password.expose((text) => JSON.stringify({ email, password: text }))
  })
  const fields = readTokens(answer)
  const secrets = exchanged([client.secret, password], fields)
  const tokens = toTokenSet(unquotedFields(fields, secrets), provider, issuedAt)
  const user = readUser(answer, secrets)
  if (user.hasSecondFactor) {
    await endSession(ports, request, tokens.accessToken).catch(() => undefined)
    throw secondFactorWanted()
  }
  return { tokens, scopesGranted: [], subject: user.id, accountLabel: user.email ?? email }
}

function exchanged(sent: readonly (Secret | null)[], fields: TokenFields): ExchangeSecrets {
  const texts = sent.flatMap((secret) => secret?.expose((text) => [text]) ?? [])
  return new ExchangeSecrets([...texts, fields.accessToken, fields.refreshToken ?? ''])
}

/**
 * Refreshes once. The server answers a used token, if it is the one before the last, with the current tokens:
 * it assumes that the client lost them. So an interrupted refresh may be repeated at once.
 */
async function refresh(
  ports: OAuthClientPorts,
  grant: OAuthGrant,
  onSend: () => void
): ReturnType<OAuthClient['refresh']> {
  const { refreshToken } = grant.tokens
  if (refreshToken === null) throw new VaultError('SIGN_IN_REQUIRED')
  const issuedAt = ports.now()
  const answer = await ask(ports, grant, {
    path: '/token?grant_type=refresh_token',
    body: refreshToken.expose((text) => JSON.stringify({ refresh_token: text })),
    onSend
  })
  const fields = readTokens(answer)
  const secrets = exchanged([grant.client.secret, refreshToken, grant.tokens.accessToken], fields)
  const tokens = toTokenSet(unquotedFields(fields, secrets), grant.provider, issuedAt)
  return { tokens, scopesGranted: grant.scopesGranted }
}

/**
 * Ends this session, but not the other sessions of the user. A session that the project no longer knows has
 * ended.
 */
async function endSession(
  ports: OAuthClientPorts,
  session: Session,
  accessToken: Secret
): Promise<'yes' | 'no'> {
  const answer = await ask(ports, session, {
    path: '/logout?scope=local',
    body: '',
    accessToken,
    limits: REVOCATION_LIMITS
  })
  if (answer.status < 400) return 'yes'
  const refusal = refusalIn(answer)
  return 'code' in refusal && refusal.code === 'session_not_found' ? 'yes' : 'no'
}

async function check(ports: OAuthClientPorts, grant: OAuthGrant, accessToken: Secret) {
  const answer = await ask(ports, grant, { path: '/user', body: null, accessToken })
  const isUser = answer.status === 200 && jsonObject(answer.text) !== null
  if (isUser) return { works: true, text: 'The project accepted the token.' }
  if (answer.status < 400) throw new TransportError('unreadable', answer.status)
  const refusal = refusalIn(answer)
  if (!isTokenOver(refusal)) throw refusal
  return { works: false, text: 'The project does not accept the token.' }
}

type Question = {
  readonly path: string
  /** Null: the request is a GET without a body. */
  readonly body: string | null
  readonly accessToken?: Secret
  readonly limits?: Limits
  /** Called right before the request is sent; its errors are passed on. */
  readonly onSend?: () => void
}

async function ask(
  ports: OAuthClientPorts,
  { provider, client }: Session,
  { path, body, accessToken, onSend, limits = TOKEN_LIMITS }: Question
): Promise<GuardedAnswer> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'Latchkey' }
  if (body !== null) headers['content-type'] = 'application/json'
  client.secret?.expose((key) => (headers['apikey'] = key))
  accessToken?.expose((token) => (headers['authorization'] = `Bearer ${token}`))
  const url = `${issuerOf(provider, ports)}${path}`
  onSend?.()
  const method = body === null ? 'GET' : 'POST'
  return await guardedFetch(ports.fetch, { url, method, headers, body, signal: null }, limits)
}

/** The stored address is checked like a typed one: a record may come from an import. */
function issuerOf({ endpoints }: OAuthProvider, ports: OAuthClientPorts): string {
  return projectAt(endpoints.issuer, ports).issuer
}

/** Path of Supabase Auth at the gateway of a project, hosted or self-hosted. */
const AUTH_PATH = '/auth/v1'

/**
 * Returns the project at an address: an https origin, with or without the path of Supabase Auth. Throws
 * INVALID_REQUEST for anything else, because the password is sent there.
 */
export function projectAt(address: string, rules: UrlRules): Project {
  const url = safeUrl(address.trim(), rules)
  if (url === null) throw invalid('The address of a project begins with https://.')
  const path = url.pathname.replace(/\/+$/, '')
  if (url.search !== '' || (path !== '' && path !== AUTH_PATH)) {
    throw invalid('Enter the address of the project alone, such as https://abcdefgh.supabase.co.')
  }
  return { origin: url.origin, host: url.host, issuer: `${url.origin}${AUTH_PATH}` }
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })

/**
 * Throws INVALID_REQUEST for a project's secret key: it has full access, regardless of the signed-in user,
 * and does not belong on a person's computer. It has two forms: `sb_secret_…`, and a signed token (JWT) with
 * the role `service_role`.
 */
export function refuseSecretKey(key: Secret): void {
  if (!key.expose(isSecretKey)) return
  throw new VaultError('INVALID_REQUEST', {
    message:
      'This is a secret key of the project, which may do everything there. Enter the publishable key (anon).'
  })
}

function isSecretKey(text: string): boolean {
  if (text.startsWith('sb_secret_')) return true
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text)?.[1]
  if (payload === undefined) return false
  return jsonObject(Buffer.from(payload, 'base64url').toString())?.['role'] === 'service_role'
}
