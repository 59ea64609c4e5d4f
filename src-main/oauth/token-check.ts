import type { Secret } from '../core/secret.ts'
import { type FetchPort, guardedFetch } from './guarded-fetch.ts'
import { TOKEN_LIMITS } from './token-fetch.ts'

/**
 * Asks the userinfo endpoint whether it knows the token; its answer is looked at for the status alone. Throws
 * TransportError when nothing could be learned.
 */
export async function checkToken(
  fetchPort: FetchPort,
  userinfoEndpoint: string | null,
  accessToken: Secret
): Promise<{ works: boolean; text: string }> {
  if (userinfoEndpoint === null) {
    return { works: false, text: 'The provider names no address where a token could be checked.' }
  }
  const authorization = accessToken.expose((token) => `Bearer ${token}`)
  const headers = { authorization, accept: 'application/json', 'user-agent': 'Latchkey' }
  const request = { url: userinfoEndpoint, method: 'GET', headers, body: null, signal: null } as const
  const { status } = await guardedFetch(fetchPort, request, TOKEN_LIMITS)
  if (status === 403)
    return { works: true, text: 'The provider knows the token; it may not read the profile.' }
  if (status >= 400) return { works: false, text: 'The provider does not accept the token.' }
  return { works: true, text: 'The provider accepted the token.' }
}
