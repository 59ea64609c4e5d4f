import type { Secret } from '../../core/secret.ts'
import type { TokenExchange } from '../http/token-fetch.ts'
import { toTokenSet } from '../http/token-set.ts'
import { labelFrom } from './account-claims.ts'
import { grantedScopes } from './granted-scopes.ts'
import type { AuthorizationRequest, AuthorizedGrant } from '../../core/oauth-client.ts'

type Answered = {
  readonly request: AuthorizationRequest
  readonly exchange: Pick<TokenExchange, 'fields' | 'secrets'>
  /** Of the ID token, checked; absent: there is none. */
  readonly claims: (Readonly<Record<string, unknown>> & { readonly sub: string }) | undefined
  readonly issuedAt: Date
  /** Absent: the tokens are bound to no key. */
  readonly dpopKey: Secret | undefined
}

/** What a token endpoint has answered to a code, whichever way the code came. A claim that quotes a secret counts as absent. */
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
