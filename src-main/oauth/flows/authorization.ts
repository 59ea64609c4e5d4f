import type { OAuthProvider } from '../../core/provider.ts'
import type { AuthorizationRequest, AuthorizedGrant } from '../../core/oauth-client.ts'
import type { Secret } from '../../core/secret.ts'
import type { TokenExchange } from '../http/token-fetch.ts'
import { toTokenSet } from '../http/token-answer.ts'
import type { ExchangeSecrets } from '../http/exchange-secrets.ts'

type AttemptValues = {
  readonly redirectUri: string
  readonly state: string
  /** Null: not an OpenID Connect request. */
  readonly nonce: string | null
  readonly challenge: string
}

/**
 * The authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3). Parameters of the row never
 * replace ours.
 */
export function authorizationParameters(
  { provider, scopes, loginHint }: AuthorizationRequest,
  { redirectUri, state, nonce, challenge }: AttemptValues
): Record<string, string> {
  const isOpenId = nonce !== null
  return {
    // OpenID Connect Core section 11: servers ignore `offline_access` without a new consent.
    ...(isOpenId && scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
    ...(isOpenId && loginHint !== null ? { login_hint: loginHint } : {}),
    ...provider.authorizationParams,
    ...(scopes.length === 0
      ? {}
      : { [provider.scopeParameter ?? 'scope']: scopes.join(provider.scopeSeparator.request) }),
    ...(isOpenId ? { nonce } : {}),
    ...resourceParameter(provider),
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256'
  }
}

/**
 * The resource that the tokens are for (RFC 8707), sent in every request that leads to tokens. Empty for a provider
 * without a resource.
 */
export function resourceParameter({ resource }: OAuthProvider): Record<string, string> {
  return resource === null ? {} : { resource }
}

type Answered = {
  readonly request: AuthorizationRequest
  readonly exchange: Pick<TokenExchange, 'fields' | 'secrets'>
  /** Checked claims of the ID token; absent: there is no ID token. */
  readonly claims: (Readonly<Record<string, unknown>> & { readonly sub: string }) | undefined
  readonly issuedAt: Date
  /** Absent: the tokens are not bound to a key. */
  readonly dpopKey: Secret | undefined
}

/**
 * The grant in a token endpoint's answer to a code, from any flow. A claim that quotes a secret counts as
 * absent.
 */
export function authorizedGrant({ request, exchange, claims, issuedAt, dpopKey }: Answered): AuthorizedGrant {
  const fields = exchange.fields()
  const secrets = exchange.secrets()
  const subject = claims?.sub ?? null
  return {
    tokens: { ...toTokenSet(fields, request.provider, issuedAt), ...(dpopKey && { dpopKey }) },
    scopesGranted: grantedScopes({
      named: fields.scopes,
      asked: request.scopes,
      isOffline: fields.refreshToken !== null
    }),
    subject: subject !== null && secrets.areQuotedIn(subject) ? null : subject,
    accountLabel: claims === undefined ? null : labelFrom(claims, secrets)
  }
}

/** Claims of the ID token that name the account; the first one with a usable text counts. */
const LABEL_CLAIMS = ['email', 'preferred_username', 'name', 'sub'] as const

/**
 * Returns the label of the account; null: no claim has a usable text. A claim that quotes a secret of the
 * exchange is left out.
 */
function labelFrom(claims: Readonly<Record<string, unknown>>, secrets: ExchangeSecrets): string | null {
  for (const name of LABEL_CLAIMS) {
    const value = claims[name]
    if (typeof value === 'string' && value.trim() !== '' && !secrets.areQuotedIn(value)) return value.trim()
  }
  return null
}

const OFFLINE = 'offline_access'

type ScopeAnswer = {
  /**
   * Scopes that the answer names; null: none, which means all that were asked for (RFC 6749 sections 5.1 and
   * 6).
   */
  readonly named: readonly string[] | null
  readonly asked: readonly string[]
  /** True if the grant has a refresh token. */
  readonly isOffline: boolean
}

/**
 * The scopes that an answer grants. Microsoft and GitHub never name `offline_access`; the refresh token shows
 * that it was granted, and the person must not be told that it was withheld.
 */
export function grantedScopes({ named, asked, isOffline }: ScopeAnswer): readonly string[] {
  if (named === null) return asked
  const isMeant = isOffline && asked.includes(OFFLINE) && !named.includes(OFFLINE)
  return isMeant ? [...named, OFFLINE] : named
}
