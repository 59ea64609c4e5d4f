import * as library from 'openid-client'
import type { OAuthGrant } from '../../core/credential-record.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import type { Secret } from '../../core/secret.ts'
import { metadataOf } from '../metadata/discovery.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import { jsonAnswer, REVOCATION_LIMITS, answerFetch, type LibraryFetch } from '../http/token-fetch.ts'
import { configure, type OAuthContext } from './oauth-context.ts'
import { refusalOf } from '../http/oauth-problem.ts'

/** Ends the grant at the provider, refresh token first. Throws if the provider does not confirm it. */
export async function revoke(context: OAuthContext, grant: OAuthGrant): Promise<'yes' | 'unsupported'> {
  const metadata = await metadataOf(grant.provider, context.discovery)
  if (metadata.revocationEndpoint === null) return 'unsupported'
  const config = configure({ metadata, ...grant, fetch: revocationFetch(context.fetch, grant.provider) })
  const { refreshToken, accessToken } = grant.tokens
  const end = (token: Secret, kind: string): Promise<void> =>
    token.expose((text) => library.tokenRevocation(config, text, { token_type_hint: kind }))
  if (refreshToken === null) return await endAlone(() => end(accessToken, 'access_token'))
  try {
    await end(refreshToken, 'refresh_token')
    return 'yes'
  } finally {
    // The grant has ended with the refresh token, so a failure is ignored: servers need not revoke access
    // tokens one by one (RFC 7009 2.1).
    await end(accessToken, 'access_token').catch(() => undefined)
  }
}

/**
 * Revokes a token of a grant without a refresh token. Most servers can not revoke signed access tokens and
 * say so (RFC 7009 section 2.2.1).
 */
async function endAlone(end: () => Promise<void>): Promise<'yes' | 'unsupported'> {
  try {
    await end()
    return 'yes'
  } catch (error) {
    if (refusalOf(error)?.code === 'unsupported_token_type') return 'unsupported'
    throw error
  }
}

/** Fetch for revocation. The status decides; the error code is read from an error answer as well. */
function revocationFetch(fetchPort: FetchPort, { tokenRequest }: OAuthProvider): LibraryFetch {
  return answerFetch(
    fetchPort,
    (answer) => {
      if (answer.status >= 400) jsonAnswer(answer)
      return new Response(null, { status: 200 })
    },
    tokenRequest,
    REVOCATION_LIMITS
  )
}
