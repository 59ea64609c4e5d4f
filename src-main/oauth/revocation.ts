import * as library from 'openid-client'
import type { OAuthGrant } from '../core/credential-record.ts'
import type { Secret } from '../core/secret.ts'
import { metadataOf } from './discovery.ts'
import { configure } from './library-config.ts'
import type { OAuthContext } from './oauth-context.ts'
import { plainFetch } from './token-fetch.ts'

/** Ends the grant at the provider, refresh token first. Throws if it was not confirmed. */
export async function revoke(context: OAuthContext, grant: OAuthGrant): Promise<'yes' | 'unsupported'> {
  const metadata = await metadataOf(grant.provider, context.discovery)
  if (metadata.revocationEndpoint === null) return 'unsupported'
  const config = configure({ metadata, ...grant, fetch: plainFetch(context.fetch) })
  const { refreshToken, accessToken } = grant.tokens
  const end = (token: Secret, kind: string): Promise<void> =>
    token.expose((text) => library.tokenRevocation(config, text, { token_type_hint: kind }))
  if (refreshToken === null) await end(accessToken, 'access_token')
  else {
    await end(refreshToken, 'refresh_token')
    // With the refresh token the grant has ended; servers need not revoke access tokens one by one (RFC 7009 2.1).
    await end(accessToken, 'access_token').catch(() => undefined)
  }
  return 'yes'
}
