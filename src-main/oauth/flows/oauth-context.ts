import * as library from 'openid-client'
import type { ClientAuth } from 'openid-client'
import type { OAuthProvider } from '../../core/provider.ts'
import type { Discovery } from '../metadata/discovery.ts'
import { type AddressesOf, isLoopback } from '../http/endpoint-url.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import { providerProblem } from '../http/oauth-problem.ts'
import { TOKEN_LIMITS, tokenExchange, type LibraryFetch } from '../http/token-fetch.ts'
import type { Secret } from '../../core/secret.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import type { AuthorizationRequest } from '../../core/oauth-client.ts'
import { dpopKeyPair } from './dpop-key.ts'

export type OAuthClientPorts = {
  readonly fetch: FetchPort
  readonly now: () => Date
  /** Tests and development only: plain http to an issuer on this computer. */
  readonly allowLoopbackHttp: boolean
  /** Default: no name server is asked. */
  readonly addressesOf?: AddressesOf
}

/** The ports and the discovery that every flow needs. */
export type OAuthContext = OAuthClientPorts & { readonly discovery: Discovery }

/** The exchange with this provider's token endpoint. `held`: see `TokenExchangeOptions`. */
export function exchangeFor(
  context: OAuthContext,
  provider: OAuthProvider,
  keepIdToken: boolean,
  held: readonly string[] = []
) {
  const scopeSeparator = provider.scopeSeparator.response
  return tokenExchange({
    fetchPort: context.fetch,
    limits: TOKEN_LIMITS,
    scopeSeparator,
    keepIdToken,
    held,
    quirks: provider
  })
}

/** Awaits the task and turns each error into a VaultError that holds nothing of the library's error. */
export function guarded<T>(task: Promise<T>): Promise<T> {
  return task.catch((error: unknown) => {
    throw providerProblem(error, 'PROVIDER_UNREACHABLE')
  })
}

/** Tolerated difference between the provider's clock and ours in the check of an ID token, in seconds. */
const CLOCK_TOLERANCE = 600
/**
 * Time-out of the library in seconds, which has no typed error; it is longer than our own, so that ours comes
 * first.
 */
const LIBRARY_TIMEOUT = 60

type Call = {
  readonly metadata: IssuerMetadata
  readonly provider: OAuthProvider
  readonly client: AuthorizationRequest['client']
  readonly fetch: LibraryFetch
}

/** Configures the library for one call with one client of one provider. */
export function configure({ metadata, provider, client, fetch }: Call): library.Configuration {
  const details = { [library.clockTolerance]: CLOCK_TOLERANCE }
  const config = new library.Configuration(
    serverOf(metadata),
    client.id,
    details,
    authenticationOf(provider, client)
  )
  config[library.customFetch] = fetch
  config.timeout = LIBRARY_TIMEOUT
  // Metadata with an http address reaches this point only if the rules allow http for an issuer on this
  // computer.
  if (isLoopback(new URL(metadata.issuer))) library.allowInsecureRequests(config)
  return config
}

/**
 * The option that signs the proofs of one grant; empty for tokens that are not bound to a key. Throws
 * CREDENTIAL_UNREADABLE.
 */
export async function proofs(
  config: library.Configuration,
  key: Secret | undefined
): Promise<library.DPoPOptions> {
  if (key === undefined) return {}
  // Node and the library have different types for the same kind of key.
  const pair = (await dpopKeyPair(key)) as Parameters<typeof library.getDPoPHandle>[1]
  return { DPoP: library.getDPoPHandle(config, pair) }
}

/**
 * The server's metadata for the library. Missing endpoints are left out, because the library accepts no null.
 */
function serverOf(metadata: IssuerMetadata): library.ServerMetadata {
  const endpoints = {
    authorization_endpoint: metadata.authorizationEndpoint,
    token_endpoint: metadata.tokenEndpoint,
    revocation_endpoint: metadata.revocationEndpoint,
    introspection_endpoint: metadata.introspectionEndpoint,
    device_authorization_endpoint: metadata.deviceAuthorizationEndpoint,
    pushed_authorization_request_endpoint: metadata.pushedAuthorizationEndpoint
  }
  return {
    issuer: metadata.issuer,
    ...Object.fromEntries(Object.entries(endpoints).filter(([, url]) => url !== null)),
    ...(metadata.idTokenAlgorithms.length === 0
      ? {}
      : { id_token_signing_alg_values_supported: [...metadata.idTokenAlgorithms] }),
    authorization_response_iss_parameter_supported: metadata.namesIssuerInAnswers
  }
}

/**
 * The client's authentication. If a public client has a secret, the provider made it confidential, and the
 * secret goes in the body.
 */
function authenticationOf(
  provider: OAuthProvider,
  client: AuthorizationRequest['client']
): library.ClientAuth {
  if (client.secret === null) return library.None()
  return client.secret.expose((text) =>
    provider.clientAuth === 'basic' ? basicAuthentication(text) : library.ClientSecretPost(text)
  )
}

/**
 * Authenticates the client in a Basic header (RFC 6749 section 2.3.1). The library's own function also
 * encodes dashes and underscores, which forms do not; a server that does not decode them sees another client.
 * The ids of Notion have dashes.
 */
function basicAuthentication(secret: string): ClientAuth {
  return (_server, { client_id: id }, _body, headers) => {
    headers.set('authorization', `Basic ${btoa(`${inForm(id)}:${inForm(secret)}`)}`)
  }
}

/** Encodes a text as a form does (RFC 6749 appendix B). */
function inForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
