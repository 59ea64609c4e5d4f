import type { OAuthProvider } from '../../core/provider.ts'
import type { AuthorizationRequest } from '../../core/oauth-client.ts'

export type AttemptValues = {
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
 * The resource that the tokens are for (RFC 8707), sent in every request that leads to tokens; empty if there
 * is none.
 */
export function resourceParameter({ resource }: OAuthProvider): Record<string, string> {
  return resource === null ? {} : { resource }
}
