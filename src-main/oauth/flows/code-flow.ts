import * as library from 'openid-client'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../../core/secret.ts'
import { metadataOf } from '../metadata/discovery.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { plainFetch, type LibraryFetch, answerFetch, jsonAnswer } from '../http/token-fetch.ts'
import type { AuthorizationRequest, AuthorizedGrant, PendingAuthorization } from '../../core/oauth-client.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import type { ProviderRedirect } from '../../core/provider.ts'
import {
  type CallbackAnswer,
  type ExpectedAnswer,
  readCallback,
  type LoopbackListener,
  openLoopbackListener
} from '../loopback/loopback-listener.ts'
import { authorizationProblem } from '../http/oauth-problem.ts'
import { authorizedGrant, authorizationParameters, resourceParameter } from './authorization.ts'
import { newDpopKey } from './dpop-key.ts'
import { configure, proofs, type OAuthContext, exchangeFor, guarded } from './oauth-context.ts'

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

type Redemption = {
  readonly redirectUri: string
  readonly code: string
  readonly issuer: string | null
}

type PendingOptions = {
  readonly redirect: ProviderRedirect
  readonly expected: ExpectedAnswer
  /** Makes the URL to show from the redirect URI. */
  readonly authorizationUrl: (redirectUri: string) => Promise<string>
  readonly redeem: (redemption: Redemption) => Promise<AuthorizedGrant>
}

const LONGEST_PASTE = 8192

/** Opens the redirect URI and waits there for one attempt's answer. Nothing of the attempt outlives `close`. */
async function openPendingAuthorization(options: PendingOptions): Promise<PendingAuthorization> {
  let answer: CallbackAnswer | null = null
  let isSpent = false
  const { promise: answered, resolve: tellAnswered } = Promise.withResolvers<void>()
  const take = (query: string): CallbackAnswer | null => {
    if (answer !== null || isSpent) return null
    answer = readCallback(query, options.expected)
    return answer
  }
  const listener = await openLoopbackListener({
    redirect: options.redirect,
    accept: (query) => pageFor(take(query)),
    onAnswered: tellAnswered
  })
  const { redirectUri } = listener
  const url = await urlOrRelease(options, listener)
  return {
    url,
    redirectUri,
    answered,
    submit: (pasted) => {
      const query = queryOf(pasted, redirectUri)
      if (query === null || take(query) === null) throw notThisAttempt()
      tellAnswered()
    },
    redeem: async () => {
      const taken = answer
      if (taken === null || isSpent) throw new VaultError('INTERNAL')
      isSpent = true
      await listener.close()
      if (taken.kind === 'error') throw authorizationProblem(taken.error)
      return await options.redeem({ redirectUri, code: taken.code, issuer: taken.issuer })
    },
    close: async () => {
      isSpent = true
      answer = null
      await listener.close()
    }
  }
}

async function urlOrRelease(options: PendingOptions, listener: LoopbackListener): Promise<string> {
  try {
    return await options.authorizationUrl(listener.redirectUri)
  } catch (error) {
    await listener.close()
    throw error
  }
}

function pageFor(answer: CallbackAnswer | null): 'success' | 'failure' | null {
  if (answer === null) return null
  return answer.kind === 'code' ? 'success' : 'failure'
}

/**
 * Returns the part after `?` of a URL that a person copied from the browser's address bar; null if it is not
 * the redirect URI.
 */
function queryOf(pasted: string, redirectUri: string): string | null {
  const text = pasted.trim()
  if (text.length > LONGEST_PASTE || !text.startsWith(`${redirectUri}?`)) return null
  return /^[\x21-\x7e]+$/.test(text) ? (text.slice(redirectUri.length + 1).split('#')[0] ?? '') : null
}

function notThisAttempt(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message: 'This address does not belong to the sign-in that is open. Copy the full address and try again.'
  })
}
