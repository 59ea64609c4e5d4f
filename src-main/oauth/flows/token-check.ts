import * as library from 'openid-client'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../../core/credential-record.ts'
import type { Secret } from '../../core/secret.ts'
import { metadataOf } from '../metadata/discovery.ts'
import { type FetchPort, guardedFetch } from '../http/guarded-fetch.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { jsonAnswer, TOKEN_LIMITS, answerFetch } from '../http/token-fetch.ts'
import { configure, type OAuthContext } from './oauth-context.ts'
import { refusalOf } from '../http/oauth-problem.ts'
import type { TokenAnswer } from '../../core/oauth-client.ts'
import { jsonObject } from '../http/json.ts'

const ACCEPTED = { works: true, text: 'The provider accepted the token.' }
const REFUSED = { works: false, text: 'The provider does not accept the token.' }

/**
 * Asks the provider whether the token works: at its userinfo endpoint, else by introspection. Userinfo is
 * skipped for a token for a resource (RFC 8707) and for a token bound to a key, which is no bearer token: it
 * would refuse them although they work. Throws TransportError if nothing was learned, and
 * PROVIDER_UNREACHABLE if the provider does not answer such questions.
 */
export async function checkToken(
  context: OAuthContext,
  grant: OAuthGrant,
  accessToken: Secret
): Promise<TokenAnswer> {
  const metadata = await metadataOf(grant.provider, context.discovery)
  if (metadata.userinfoEndpoint !== null && isForUserinfo(grant)) {
    return await askUserinfo(context.fetch, metadata.userinfoEndpoint, accessToken)
  }
  if (metadata.introspectionEndpoint !== null) {
    return await introspect({ context, metadata, grant }, accessToken)
  }
  throw nothingLearned('The provider names no address where a token could be checked.')
}

function isForUserinfo({ provider, tokens }: OAuthGrant): boolean {
  return provider.resource === null && tokens.dpopKey === undefined
}

/**
 * Asks the userinfo endpoint. A success is a profile, as a JSON object or signed (OpenID Connect Core 5.3.2).
 * Nothing of the profile is kept.
 */
async function askUserinfo(fetchPort: FetchPort, url: string, accessToken: Secret): Promise<TokenAnswer> {
  const authorization = accessToken.expose((token) => `Bearer ${token}`)
  const headers = { authorization, accept: 'application/json', 'user-agent': 'Latchkey' }
  const request = { url, method: 'GET', headers, body: null, signal: null } as const
  const { status, text, contentType } = await guardedFetch(fetchPort, request, TOKEN_LIMITS)
  if (status === 403)
    return { works: true, text: 'The provider knows the token; it may not read the profile.' }
  if (status === 401) return REFUSED
  // Any other answer means that the request or the address is wrong, not the token.
  const isProfile = contentType === 'application/jwt' ? isSigned(text) : jsonObject(text) !== null
  if (status !== 200 || !isProfile) {
    throw nothingLearned('The provider did not say whether the token works.')
  }
  return ACCEPTED
}

function nothingLearned(message: string): VaultError {
  return new VaultError('PROVIDER_UNREACHABLE', { message })
}

type Inquiry = {
  readonly context: OAuthContext
  readonly metadata: IssuerMetadata
  readonly grant: OAuthGrant
}

/** Introspects the token (RFC 7662); only `active` is read from the answer. */
async function introspect({ context, metadata, grant }: Inquiry, accessToken: Secret): Promise<TokenAnswer> {
  const fetch = answerFetch(context.fetch, (answer) => {
    const active = jsonAnswer(answer)['active'] === true
    return Response.json({ active })
  })
  const config = configure({ metadata, ...grant, fetch })
  try {
    const { active } = await accessToken.expose((token) =>
      library.tokenIntrospection(config, token, { token_type_hint: 'access_token' })
    )
    return active ? ACCEPTED : REFUSED
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    throw nothingLearned(cannotTell(refusal.code, accessToken))
  }
}

/** Returns the reason why the provider did not answer; nothing about the token was learned. */
function cannotTell(code: string | null, accessToken: Secret): string {
  if (code === 'unsupported_token_type' || isJwt(accessToken)) {
    return 'The provider does not check signed tokens (JWT). Only the token’s service can say whether it works.'
  }
  return 'The provider does not check tokens for this client. Only the token’s service can say whether it works.'
}

function isJwt(token: Secret): boolean {
  return token.expose(isSigned)
}

function isSigned(text: string): boolean {
  return /^ey[\w-]+\.[\w-]+\.[\w-]*$/.test(text.trim())
}
