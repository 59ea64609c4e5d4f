import * as library from 'openid-client'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../core/credential-record.ts'
import type {
  AuthorizationRequest,
  AuthorizedGrant,
  OAuthClient,
  PendingAuthorization
} from '../core/ports.ts'
import type { OAuthProvider } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { TransportError } from '../core/transport-error.ts'
import { labelFrom } from './account-claims.ts'
import { authorizationParameters } from './authorization-parameters.ts'
import { Discovery, metadataOf, reportOn } from './discovery.ts'
import { isLoopback } from './endpoint-url.ts'
import type { FetchPort } from './guarded-fetch.ts'
import type { IssuerMetadata } from './issuer-metadata.ts'
import { providerProblem, refreshProblem } from './oauth-problem.ts'
import { type Redemption, openPendingAuthorization } from './pending-authorization.ts'
import { isHostOfAnother } from './providers.ts'
import { checkToken } from './token-check.ts'
import { type LibraryFetch, TOKEN_LIMITS, plainFetch, tokenExchange } from './token-fetch.ts'
import { toTokenSet } from './token-set.ts'

/** Tolerated difference between the provider's clock and ours when an ID token is judged, in seconds. */
const CLOCK_TOLERANCE = 600
/** Above our own limit, which is the one that counts; the library's has no typed error. */
const LIBRARY_TIMEOUT = 60

export type OAuthClientPorts = {
  readonly fetch: FetchPort
  readonly now: () => Date
  /** Tests and development only: plain http to an issuer on this computer. */
  readonly allowLoopbackHttp: boolean
}

type Context = OAuthClientPorts & { readonly discovery: Discovery }
type Renewed = Awaited<ReturnType<OAuthClient['refresh']>>

/** The OAuth and OpenID Connect client: authorization code with PKCE, refresh, revocation. Errors are VaultErrors. */
export function createOAuthClient(ports: OAuthClientPorts): OAuthClient {
  const rules = { allowLoopbackHttp: ports.allowLoopbackHttp, isForeignHost: isHostOfAnother }
  const discovery = new Discovery({ fetch: ports.fetch, now: ports.now, rules })
  const context = { ...ports, discovery }
  return {
    discover: (issuer) => guard(discovery.look(issuer.trim()).then(reportOn)),
    begin: (request) => guard(begin(context, request)),
    refresh: (grant) =>
      refresh(context, grant).catch((error: unknown) => {
        throw refreshProblem(error)
      }),
    revoke: (grant) => revoke(context, grant).catch(() => 'no' as const),
    check: (grant, accessToken) =>
      guard(
        metadataOf(grant.provider, discovery).then((metadata) =>
          checkToken(ports.fetch, metadata.userinfoEndpoint, accessToken)
        )
      )
  }
}

function guard<T>(task: Promise<T>): Promise<T> {
  return task.catch((error: unknown) => {
    throw providerProblem(error, 'PROVIDER_UNREACHABLE')
  })
}

async function begin(context: Context, request: AuthorizationRequest): Promise<PendingAuthorization> {
  const metadata = await metadataOf(request.provider, context.discovery)
  const verifier = library.randomPKCECodeVerifier()
  const state = library.randomState()
  const nonce = request.scopes.includes('openid') ? library.randomNonce() : null
  const challenge = await library.calculatePKCECodeChallenge(verifier)
  const config = configure({ metadata, ...request, fetch: plainFetch(context.fetch) })
  return await openPendingAuthorization({
    host: request.provider.redirect.host,
    expected: { state, issuer: metadata.issuer, requiresIssuer: metadata.namesIssuerInAnswers },
    authorizationUrl: (redirectUri) => {
      const values = { redirectUri, state, nonce, challenge }
      return library.buildAuthorizationUrl(config, authorizationParameters(request, values)).href
    },
    redeem: (redemption) => guard(redeem({ context, request, metadata, verifier, state, nonce }, redemption))
  })
}

type Attempt = {
  readonly context: Context
  readonly request: AuthorizationRequest
  readonly metadata: IssuerMetadata
  readonly verifier: string
  readonly state: string
  readonly nonce: string | null
}

async function redeem(attempt: Attempt, { redirectUri, code, issuer }: Redemption): Promise<AuthorizedGrant> {
  const { context, request, metadata, verifier, state, nonce } = attempt
  const exchange = exchangeFor(context, request.provider, nonce !== null)
  const config = configure({ metadata, ...request, fetch: exchange.fetch })
  const answer = new URL(redirectUri)
  answer.search = new URLSearchParams({ code, state, ...(issuer === null ? {} : { iss: issuer }) }).toString()
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: state,
    ...(nonce === null ? {} : { expectedNonce: nonce })
  }
  const issuedAt = context.now()
  const claims = (await library.authorizationCodeGrant(config, answer, checks)).claims()
  const fields = exchange.fields()
  return {
    tokens: toTokenSet(fields, request.provider, issuedAt),
    // RFC 6749 section 5.1: no `scope` means that what was asked for was granted.
    scopesGranted: fields.scopes ?? request.scopes,
    subject: claims?.sub ?? null,
    accountLabel: claims === undefined ? null : labelFrom(claims)
  }
}

async function refresh(context: Context, grant: OAuthGrant): Promise<Renewed> {
  const { refreshToken } = grant.tokens
  if (refreshToken === null) throw new VaultError('SIGN_IN_REQUIRED')
  const metadata = await metadataOf(grant.provider, context.discovery)
  const once = (): Promise<Renewed> => refreshOnce({ context, metadata, grant, refreshToken })
  try {
    return await once()
  } catch (error) {
    // The connection broke, perhaps after the server had rotated the token. A server with a grace period answers the
    // same token again if asked at once; the others have ended the grant already, and will say so.
    if (!isBrokenConnection(error)) throw error
    return await once()
  }
}

type RefreshCall = {
  readonly context: Context
  readonly metadata: IssuerMetadata
  readonly grant: OAuthGrant
  readonly refreshToken: Secret
}

async function refreshOnce({ context, metadata, grant, refreshToken }: RefreshCall): Promise<Renewed> {
  // An ID token beside renewed tokens is not used; a fault in it must not cost the rotated refresh token.
  const exchange = exchangeFor(context, grant.provider, false)
  const config = configure({ metadata, ...grant, fetch: exchange.fetch })
  const issuedAt = context.now()
  await refreshToken.expose((token) => library.refreshTokenGrant(config, token))
  const fields = exchange.fields()
  return {
    tokens: toTokenSet(fields, grant.provider, issuedAt),
    // RFC 6749 section 6: no `scope` means as before.
    scopesGranted: fields.scopes ?? grant.scopesGranted
  }
}

async function revoke(context: Context, grant: OAuthGrant): Promise<'yes' | 'unsupported'> {
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

function exchangeFor(context: Context, provider: OAuthProvider, keepIdToken: boolean) {
  const scopeSeparator = provider.scopeSeparator.response
  return tokenExchange({ fetchPort: context.fetch, limits: TOKEN_LIMITS, scopeSeparator, keepIdToken })
}

type Call = {
  readonly metadata: IssuerMetadata
  readonly provider: OAuthProvider
  readonly client: AuthorizationRequest['client']
  readonly fetch: LibraryFetch
}

function configure({ metadata, provider, client, fetch }: Call): library.Configuration {
  const server = {
    issuer: metadata.issuer,
    authorization_endpoint: metadata.authorizationEndpoint,
    token_endpoint: metadata.tokenEndpoint,
    ...(metadata.revocationEndpoint === null ? {} : { revocation_endpoint: metadata.revocationEndpoint }),
    ...(metadata.idTokenAlgorithms.length === 0
      ? {}
      : { id_token_signing_alg_values_supported: [...metadata.idTokenAlgorithms] }),
    authorization_response_iss_parameter_supported: metadata.namesIssuerInAnswers
  }
  const details = { [library.clockTolerance]: CLOCK_TOLERANCE }
  const config = new library.Configuration(server, client.id, details, authenticationOf(provider, client))
  config[library.customFetch] = fetch
  config.timeout = LIBRARY_TIMEOUT
  // Metadata with an http address got here only if the rules allow it for an issuer on this computer.
  if (isLoopback(new URL(metadata.issuer))) library.allowInsecureRequests(config)
  return config
}

/** A secret for a client that was to be public means that the provider made it confidential: it goes in the body. */
function authenticationOf(
  provider: OAuthProvider,
  client: AuthorizationRequest['client']
): library.ClientAuth {
  if (client.secret === null) return library.None()
  return client.secret.expose((text) =>
    provider.clientAuth === 'basic' ? library.ClientSecretBasic(text) : library.ClientSecretPost(text)
  )
}

function isBrokenConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null
  return cause instanceof TransportError && cause.kind === 'network'
}
