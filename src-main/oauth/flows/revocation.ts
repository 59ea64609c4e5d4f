import * as library from 'openid-client'
import type { OAuthGrant } from '../../core/credential-record.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import type { Secret } from '../../core/secret.ts'
import { metadataOf } from '../metadata/discovery.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import { jsonAnswer } from '../http/json-answer.ts'
import { configure } from './library-config.ts'
import type { OAuthContext } from './oauth-context.ts'
import { refusalOf } from '../http/oauth-problem.ts'
import { REVOCATION_LIMITS, answerFetch, type LibraryFetch } from '../http/token-fetch.ts'

/** Ends the grant at the provider, refresh token first. Throws if it was not confirmed. */
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
    // With the refresh token the grant has ended; servers need not revoke access tokens one by one (RFC 7009 2.1).
    await end(accessToken, 'access_token').catch(() => undefined)
  }
}

/** RFC 7009 section 2.2.1: signed access tokens can not be called back at most servers; they say so. */
async function endAlone(end: () => Promise<void>): Promise<'yes' | 'unsupported'> {
  try {
    await end()
    return 'yes'
  } catch (error) {
    if (refusalOf(error)?.code === 'unsupported_token_type') return 'unsupported'
    throw error
  }
}

/** The status says it all; of an error answer the code is read as well. */
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
