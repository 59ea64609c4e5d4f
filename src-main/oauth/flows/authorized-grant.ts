import type { AuthorizationRequest, AuthorizedGrant } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { TokenFields } from '../http/token-answer.ts'
import { toTokenSet } from '../http/token-set.ts'
import { labelFrom } from './account-claims.ts'
import { grantedScopes } from './granted-scopes.ts'

type Answered = {
  readonly request: AuthorizationRequest
  readonly fields: TokenFields
  /** Of the ID token, checked; absent: there is none. */
  readonly claims: (Readonly<Record<string, unknown>> & { readonly sub: string }) | undefined
  readonly issuedAt: Date
  /** Absent: the tokens are bound to no key. */
  readonly dpopKey: Secret | undefined
}

/** What a token endpoint has answered to a code, whichever way the code came. */
export function authorizedGrant({ request, fields, claims, issuedAt, dpopKey }: Answered): AuthorizedGrant {
  return {
    tokens: { ...toTokenSet(fields, request.provider, issuedAt), ...(dpopKey && { dpopKey }) },
    scopesGranted: grantedScopes({
      named: fields.scopes,
      asked: request.scopes,
      isOffline: fields.refreshToken !== null
    }),
    subject: claims?.sub ?? null,
    accountLabel: claims === undefined ? null : labelFrom(claims)
  }
}
