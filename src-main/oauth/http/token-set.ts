import type { Lifetime, TokenSet } from '../../core/credential-record.ts'
import { SECOND } from '../../core/tokens/lifetime.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import { Secret } from '../../core/secret.ts'
import type { TokenFields } from './token-answer.ts'

/**
 * Returns the tokens of an answer. `issuedAt`: time at which the request was sent, the earliest start of
 * their lifetime.
 */
export function toTokenSet(fields: TokenFields, provider: OAuthProvider, issuedAt: Date): TokenSet {
  return {
    accessToken: new Secret(fields.accessToken),
    refreshToken: fields.refreshToken === null ? null : new Secret(fields.refreshToken),
    tokenType: fields.tokenType ?? 'bearer',
    expiry: expiryOf(fields.lifetime, provider, issuedAt),
    issuedAt,
    ...refreshEndOf(fields.refreshLife, issuedAt)
  }
}

function refreshEndOf(life: TokenFields['refreshLife'], toldAt: Date): Pick<TokenSet, 'refreshEnd'> {
  if (life === null) return {}
  if (life === 'endless') return { refreshEnd: { kind: 'never' } }
  return { refreshEnd: { kind: 'at', at: new Date(toldAt.getTime() + life * SECOND), toldAt } }
}

/**
 * The expiry of an access token. An unusable `expires_in` makes it unknown; the provider's rule is only for a
 * missing one.
 */
function expiryOf(lifetime: TokenFields['lifetime'], provider: OAuthProvider, issuedAt: Date): Lifetime {
  switch (lifetime.kind) {
    case 'seconds':
      return { kind: 'at', at: new Date(issuedAt.getTime() + lifetime.seconds * SECOND) }
    case 'absent':
      return { kind: provider.missingLifetime }
    case 'bad':
      return { kind: 'unknown' }
  }
}
