import { VaultError } from '#shared/problem.ts'
import { type UrlRules, rulesOfNamed, safeIssuer, safeUrl } from '../http/endpoint-url.ts'
import { isRecord } from '../http/json.ts'

/** Checked values from an authorization server's metadata (RFC 8414, OpenID Connect Discovery). */
export type IssuerMetadata = {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint: string | null
  readonly userinfoEndpoint: string | null
  /** RFC 8628; null: sign-in by a code is not possible here. */
  readonly deviceAuthorizationEndpoint: string | null
  /** RFC 7662. */
  readonly introspectionEndpoint: string | null
  /** RFC 9126. */
  readonly pushedAuthorizationEndpoint: string | null
  /** The issuer accepts authorization requests only at the endpoint above. */
  readonly requiresPushedAuthorization: boolean
  /** RFC 7591. */
  readonly registrationEndpoint: string | null
  /** `grant_types_supported`; null: absent, which by RFC 8414 means code and implicit. */
  readonly grantTypes: readonly string[] | null
  /** RFC 9207: every authorization answer names its issuer. */
  readonly namesIssuerInAnswers: boolean
  readonly announcesPkce: boolean
  readonly scopes: readonly string[]
  readonly idTokenAlgorithms: readonly string[]
}

export type MetadataRules = UrlRules & {
  /**
   * True for a host of another, built-in issuer: an issuer that names it wants the codes of that provider.
   */
  readonly isForeignHost: (host: string, issuer: string) => boolean
}

export const PRIVATE_ENDPOINT =
  'The metadata of this issuer names an address of this computer or of a private network. Do not use it.'
const refused = (message: string): VaultError => new VaultError('PROVIDER_REFUSED', { message })

/**
 * Reads the document found at an issuer's well-known address. Throws PROVIDER_REFUSED with the reason. The
 * issuer in it must be exactly the one asked for (RFC 8414 section 3.3). Only `https://host` and
 * `https://host/` count as the same address; from then on the document's spelling is used.
 */
export function readMetadata(document: unknown, issuer: string, rules: MetadataRules): IssuerMetadata {
  if (!isRecord(document)) throw refused('The metadata of this issuer is not a JSON object.')
  const named = namedIssuer(document['issuer'], issuer, rules)
  requireS256(document['code_challenge_methods_supported'])
  const endpoint = (name: string): string => requiredEndpoint(document[name], named, rules)
  const optional = (name: string): string | null =>
    document[name] === undefined || document[name] === null || document[name] === '' ? null : endpoint(name)
  return {
    issuer: named,
    authorizationEndpoint: endpoint('authorization_endpoint'),
    tokenEndpoint: endpoint('token_endpoint'),
    revocationEndpoint: optional('revocation_endpoint'),
    userinfoEndpoint: optional('userinfo_endpoint'),
    deviceAuthorizationEndpoint: optional('device_authorization_endpoint'),
    introspectionEndpoint: optional('introspection_endpoint'),
    pushedAuthorizationEndpoint: optional('pushed_authorization_request_endpoint'),
    requiresPushedAuthorization: document['require_pushed_authorization_requests'] === true,
    registrationEndpoint: optional('registration_endpoint'),
    grantTypes: Array.isArray(document['grant_types_supported'])
      ? strings(document['grant_types_supported'])
      : null,
    namesIssuerInAnswers: document['authorization_response_iss_parameter_supported'] === true,
    announcesPkce: Array.isArray(document['code_challenge_methods_supported']),
    scopes: strings(document['scopes_supported']),
    idTokenAlgorithms: strings(document['id_token_signing_alg_values_supported'])
  }
}

function namedIssuer(named: unknown, issuer: string, rules: MetadataRules): string {
  if (typeof named !== 'string') throw refused('The metadata of this issuer does not name an issuer.')
  const isSame = named === issuer || safeIssuer(named, rules)?.href === safeIssuer(issuer, rules)?.href
  if (!isSame || safeIssuer(named, rules) === null) {
    throw refused('The metadata at this address belongs to another issuer. Check the address.')
  }
  return named
}

function requiredEndpoint(value: unknown, issuer: string, rules: MetadataRules): string {
  if (value === undefined || value === null) {
    throw refused('The metadata of this issuer lacks an address that a sign-in needs.')
  }
  const url = safeUrl(value, rulesOfNamed(new URL(issuer), rules))
  if (url === null && safeUrl(value, rules) !== null) throw refused(PRIVATE_ENDPOINT)
  if (url === null) throw refused('The metadata of this issuer names an address that is not safe to open.')
  if (rules.isForeignHost(url.host, issuer)) {
    throw refused('The metadata of this issuer sends people to another provider. Do not use it.')
  }
  return url.href
}

/**
 * Throws PROVIDER_REFUSED for a list without S256 (RFC 9700 section 2.1.1). If the list is absent, S256 is
 * sent all the same.
 */
function requireS256(methods: unknown): void {
  if (methods === undefined || methods === null) return
  if (!Array.isArray(methods) || !methods.includes('S256')) {
    throw refused('This issuer does not support PKCE with S256, which every sign-in needs.')
  }
}

function strings(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value.filter((item): item is string => typeof item === 'string' && item.length <= 300).slice(0, 200)
}

/** Returns every endpoint that the metadata names. */
export function endpointsOf(metadata: IssuerMetadata): readonly string[] {
  return [
    metadata.authorizationEndpoint,
    metadata.tokenEndpoint,
    metadata.revocationEndpoint,
    metadata.userinfoEndpoint,
    metadata.deviceAuthorizationEndpoint,
    metadata.introspectionEndpoint,
    metadata.pushedAuthorizationEndpoint,
    metadata.registrationEndpoint
  ].filter((url) => url !== null)
}
