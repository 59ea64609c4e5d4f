import * as library from 'openid-client'
import type { Secret } from '../../core/secret.ts'
import { authorizedGrant } from './authorized-grant.ts'
import { authorizationParameters, resourceParameter } from './authorization-parameters.ts'
import { metadataOf } from '../metadata/discovery.ts'
import { newDpopKey } from './dpop-key.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { configure, proofs } from './library-config.ts'
import { type OAuthContext, exchangeFor, guarded } from './oauth-context.ts'
import { type Redemption, openPendingAuthorization } from './pending-authorization.ts'
import { plainFetch, type LibraryFetch, answerFetch } from '../http/token-fetch.ts'
import type { AuthorizationRequest, AuthorizedGrant, PendingAuthorization } from '../../core/oauth-client.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import { jsonAnswer } from '../http/json-answer.ts'

/**
 * Opens an attempt: takes its port, but does not show its page yet. Throws TransportError, VaultError or the
 * library's error.
 */
export async function begin(
  context: OAuthContext,
  request: AuthorizationRequest
): Promise<PendingAuthorization> {
  const metadata = await metadataOf(request.provider, context.discovery)
  const verifier = library.randomPKCECodeVerifier()
  const state = library.randomState()
  const nonce = request.scopes.includes('openid') ? library.randomNonce() : null
  const challenge = await library.calculatePKCECodeChallenge(verifier)
  const dpopKey = request.provider.dpop ? await newDpopKey() : undefined
  const isPushed = metadata.requiresPushedAuthorization && metadata.pushedAuthorizationEndpoint !== null
  const fetch = isPushed ? pushedFetch(context.fetch) : plainFetch(context.fetch)
  const config = configure({ metadata, ...request, fetch })
  return await openPendingAuthorization({
    redirect: request.provider.redirect,
    expected: { state, issuer: metadata.issuer, requiresIssuer: metadata.namesIssuerInAnswers },
    authorizationUrl: async (redirectUri) => {
      const parameters = authorizationParameters(request, { redirectUri, state, nonce, challenge })
      if (!isPushed) return library.buildAuthorizationUrl(config, parameters).href
      return (await library.buildAuthorizationUrlWithPAR(config, parameters)).href
    },
    redeem: (redemption) =>
      guarded(redeem({ context, request, metadata, verifier, state, nonce, dpopKey }, redemption))
  })
}

type Attempt = {
  readonly context: OAuthContext
  readonly request: AuthorizationRequest
  readonly metadata: IssuerMetadata
  readonly verifier: string
  readonly state: string
  readonly nonce: string | null
  /** Absent: the tokens are not bound to a key. */
  readonly dpopKey: Secret | undefined
}

async function redeem(attempt: Attempt, { redirectUri, code, issuer }: Redemption): Promise<AuthorizedGrant> {
  const { context, request, metadata, verifier, state, nonce, dpopKey } = attempt
  const exchange = exchangeFor(context, request.provider, nonce !== null)
  const config = configure({ metadata, ...request, fetch: exchange.fetch })
  const answer = new URL(redirectUri)
  answer.search = new URLSearchParams({ code, state, ...(issuer === null ? {} : { iss: issuer }) }).toString()
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: state,
    ...(nonce === null ? {} : { expectedNonce: nonce })
  }
  const options = await proofs(config, dpopKey)
  const issuedAt = context.now()
  const claims = (
    await library.authorizationCodeGrant(config, answer, checks, resourceParameter(request.provider), options)
  ).claims()
  return authorizedGrant({ request, exchange, claims, issuedAt, dpopKey })
}

const LONGEST_REQUEST_URI = 1024
/** Lifetime in seconds that the library requires; it is not used, because the page is opened at once. */
const ANY_LIFE = 60

/**
 * Fetch for the endpoint that takes authorization requests before the page is opened (RFC 9126). Throws
 * TokenRefusal with the error code, and TransportError for an answer without a usable `request_uri`: one that
 * quotes the client's secret would carry it to the browser.
 */
function pushedFetch(fetchPort: FetchPort): LibraryFetch {
  return answerFetch(fetchPort, (answer, sent) => {
    const requestUri = jsonAnswer(answer)['request_uri']
    if (!isRequestUri(requestUri) || sent.areQuotedIn(requestUri))
      throw new TransportError('unreadable', answer.status)
    const body = { request_uri: requestUri, expires_in: ANY_LIFE }
    return new Response(JSON.stringify(body), {
      status: 201,
      headers: { 'content-type': 'application/json' }
    })
  })
}

function isRequestUri(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= LONGEST_REQUEST_URI && /^[a-z][\x21-\x7e]+$/i.test(value)
  )
}
