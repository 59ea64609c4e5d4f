import * as library from 'openid-client'
import type { ClientAuth } from 'openid-client'
import type { OAuthProvider } from '../../core/provider.ts'
import type { Secret } from '../../core/secret.ts'
import { dpopKeyPair } from './dpop-key.ts'
import { isLoopback } from '../http/endpoint-url.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import type { LibraryFetch } from '../http/token-fetch.ts'
import type { AuthorizationRequest } from '../../core/oauth-client.ts'

/** Tolerated difference between the provider's clock and ours when an ID token is judged, in seconds. */
const CLOCK_TOLERANCE = 600
/** Above our own limit, which is the one that counts; the library's has no typed error. */
const LIBRARY_TIMEOUT = 60

type Call = {
  readonly metadata: IssuerMetadata
  readonly provider: OAuthProvider
  readonly client: AuthorizationRequest['client']
  readonly fetch: LibraryFetch
}

/** The library, set up for one call to one client of one provider. */
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
  // Metadata with an http address got here only if the rules allow it for an issuer on this computer.
  if (isLoopback(new URL(metadata.issuer))) library.allowInsecureRequests(config)
  return config
}

/** Signs the proofs of one grant; no option for tokens that are bound to no key. Throws CREDENTIAL_UNREADABLE. */
export async function proofs(
  config: library.Configuration,
  key: Secret | undefined
): Promise<library.DPoPOptions> {
  if (key === undefined) return {}
  // Node and the library describe one and the same kind of key in types of their own.
  const pair = (await dpopKeyPair(key)) as Parameters<typeof library.getDPoPHandle>[1]
  return { DPoP: library.getDPoPHandle(config, pair) }
}

/** What the library wants to know of the server. It takes an absent endpoint for one that is not there, and no null. */
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

/** A secret for a client that was to be public means that the provider made it confidential: it goes in the body. */
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
 * The client in a Basic header (RFC 6749 section 2.3.1). The library's own encodes dashes and underscores too, which
 * no form does and which servers that do not decode take for another client: the ids of Notion have dashes.
 */
function basicAuthentication(secret: string): ClientAuth {
  return (_server, { client_id: id }, _body, headers) => {
    headers.set('authorization', `Basic ${btoa(`${inForm(id)}:${inForm(secret)}`)}`)
  }
}

/** As a form has it (appendix B). */
function inForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
