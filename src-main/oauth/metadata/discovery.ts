import { VaultError } from '#shared/problem.ts'
import type { DiscoveryReport } from '#shared/sign-in.ts'
import { HOUR } from '../../core/tokens/lifetime.ts'
import { type OAuthProvider, redirectUri } from '../../core/provider.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { type FetchPort, type GuardedAnswer, guardedFetch } from '../http/guarded-fetch.ts'
import { issuerRedirect } from './issuer-families.ts'
import {
  type IssuerMetadata,
  type MetadataRules,
  PRIVATE_ENDPOINT,
  endpointsOf,
  readMetadata
} from './issuer-metadata.ts'
import { safeIssuer, type AddressesOf, isAtPrivateHost, isPrivateHost } from '../http/endpoint-url.ts'
import { METADATA_LIMITS } from '../http/token-fetch.ts'
import { isRecord } from '../http/json.ts'

const KEPT_FOR = HOUR
const MOST_KEPT = 200

type Ports = {
  readonly fetch: FetchPort
  readonly now: () => Date
  readonly rules: MetadataRules
  readonly addressesOf?: AddressesOf
}

/** Finds issuers' metadata and keeps it for an hour. */
export class Discovery {
  readonly #ports: Ports
  readonly #known = new Map<string, { readonly metadata: IssuerMetadata; readonly at: number }>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Returns checked metadata. Throws TransportError if nothing was learned, VaultError PROVIDER_REFUSED with
   * a reason.
   */
  async metadata(issuer: string): Promise<IssuerMetadata> {
    const known = this.#known.get(issuer)
    const now = this.#ports.now().getTime()
    if (known !== undefined && Math.abs(now - known.at) < KEPT_FOR) return known.metadata
    return await this.look(issuer)
  }

  /** Returns the metadata from the network, even if it is kept already. Throws as `metadata`. */
  async look(issuer: string): Promise<IssuerMetadata> {
    const metadata = await this.find(issuer)
    if (metadata !== null) return metadata
    throw new VaultError('PROVIDER_REFUSED', {
      message: 'No metadata was found at this issuer. Check the address, without /.well-known at its end.',
      cause: new TransportError('unreadable')
    })
  }

  /** Works as `look`; null: the server answers without metadata. */
  async find(issuer: string): Promise<IssuerMetadata | null> {
    const document = await this.#document(issuer)
    if (document === null) return null
    const metadata = readMetadata(document, issuer, this.#ports.rules)
    await this.#refusePrivate(metadata)
    if (this.#known.size >= MOST_KEPT) this.#known.clear()
    const entry = { metadata, at: this.#ports.now().getTime() }
    this.#known.set(issuer, entry)
    this.#known.set(metadata.issuer, entry)
    return metadata
  }

  /**
   * Throws PROVIDER_REFUSED if an issuer on the internet names a host in a private network, regardless of the
   * host's name.
   */
  async #refusePrivate(metadata: IssuerMetadata): Promise<void> {
    const { addressesOf } = this.#ports
    const { hostname } = new URL(metadata.issuer)
    const others = new Set(endpointsOf(metadata).map((url) => new URL(url).hostname))
    others.delete(hostname)
    if (addressesOf === undefined || others.size === 0 || (await isAtPrivateHost(hostname, addressesOf)))
      return
    for (const other of others) {
      if (await isAtPrivateHost(other, addressesOf))
        throw new VaultError('PROVIDER_REFUSED', { message: PRIVATE_ENDPOINT })
    }
  }

  async #document(issuer: string): Promise<Record<string, unknown> | null> {
    const url = safeIssuer(issuer, this.#ports.rules)
    if (url === null) throw new VaultError('PROVIDER_REFUSED', { message: 'An issuer is an https address.' })
    let lost: TransportError | null = null
    for (const place of wellKnownPlaces(url)) {
      const found = await this.#ask(place)
      if (found instanceof TransportError) lost ??= found
      // A site that answers every address with its start page says nothing about the next place.
      else if (found !== null) return found
    }
    if (lost !== null) throw lost
    return null
  }

  /**
   * Reads the document at one place; null: it is not metadata. Throws TransportError for a failure that
   * concerns every place.
   */
  async #ask(place: string): Promise<Record<string, unknown> | TransportError | null> {
    const headers = { accept: 'application/json' }
    const request = { url: place, method: 'GET', headers, body: null, signal: null } as const
    try {
      const found = await guardedFetch(this.#ports.fetch, request, METADATA_LIMITS)
      const document = found.status === 200 ? parsed(found) : null
      // `{}` or an error in a 200 is not metadata; the next place may have it.
      return isRecord(document) && typeof document['issuer'] === 'string' ? document : null
    } catch (error) {
      if (error instanceof TransportError && error.status !== null) return error
      throw error
    }
  }
}

/**
 * The places of an issuer's metadata. OpenID Connect Discovery section 4 appends the well-known part, RFC
 * 8414 section 3 inserts it before the path, and its section 5 allows OpenID metadata there as well.
 */
export function wellKnownPlaces(issuer: URL): readonly string[] {
  const path = issuer.pathname.replace(/\/$/, '')
  return [
    `${issuer.origin}${path}/.well-known/openid-configuration`,
    `${issuer.origin}/.well-known/oauth-authorization-server${path}`,
    ...(path === '' ? [] : [`${issuer.origin}/.well-known/openid-configuration${path}`])
  ]
}

function parsed({ text }: GuardedAnswer): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The error quotes the document, so it is not passed on.
    return null
  }
}

const NO_PAGE = 'This service has no sign-in page. Sign in with e-mail and password.'

/**
 * Returns the endpoints of this provider, from its row or from its issuer. Throws as `Discovery.metadata`.
 */
export async function metadataOf(
  { endpoints, namesIssuer }: OAuthProvider,
  discovery: Discovery
): Promise<IssuerMetadata> {
  if (endpoints.kind === 'discovered') {
    const metadata = await discovery.metadata(endpoints.issuer)
    // An issuer that has promised once to name itself must do so: its redirect URI was chosen by that.
    return namesIssuer === true ? { ...metadata, namesIssuerInAnswers: true } : metadata
  }
  if (endpoints.kind === 'gotrue') throw new VaultError('INVALID_REQUEST', { message: NO_PAGE })
  return {
    issuer: endpoints.issuer,
    authorizationEndpoint: endpoints.authorization,
    tokenEndpoint: endpoints.token,
    revocationEndpoint: endpoints.revocation,
    userinfoEndpoint: endpoints.userinfo,
    deviceAuthorizationEndpoint: endpoints.deviceAuthorization,
    introspectionEndpoint: endpoints.introspection,
    pushedAuthorizationEndpoint: null,
    requiresPushedAuthorization: false,
    registrationEndpoint: null,
    grantTypes: null,
    namesIssuerInAnswers: namesIssuer === true,
    announcesPkce: true,
    scopes: [],
    idTokenAlgorithms: []
  }
}

/** Describes the metadata for the person who typed the address. */
export function reportOn(metadata: IssuerMetadata): DiscoveryReport {
  const authorizationHost = new URL(metadata.authorizationEndpoint).host
  const issuerHost = new URL(metadata.issuer).host
  const passed = [
    'The metadata names this issuer',
    'Every address in it is safe to open',
    ...(metadata.announcesPkce ? ['PKCE with S256 is supported'] : []),
    ...(metadata.namesIssuerInAnswers ? ['Answers name their issuer'] : [])
  ]
  // These notes are no reason to refuse: many good servers are like this.
  const notes = [
    ...(metadata.announcesPkce ? [] : ['PKCE is not announced; Latchkey uses it all the same']),
    ...(metadata.namesIssuerInAnswers
      ? []
      : ['Answers do not name their issuer (RFC 9207), so this issuer has a redirect URI of its own']),
    ...(isPrivateHost(new URL(metadata.issuer).hostname)
      ? ['This server is on this computer or in your own network']
      : []),
    ...(authorizationHost === issuerHost ? [] : ['The sign-in page is on another host than the issuer'])
  ]
  const { issuer, scopes, namesIssuerInAnswers: namesIssuer } = metadata
  return {
    issuer,
    authorizationHost,
    redirectUri: redirectUri(issuerRedirect({ issuer, scopes, namesIssuer })),
    namesIssuer,
    checks: passed.map((text) => ({ ok: true, text })),
    notes,
    scopes: [...scopes],
    revocation: metadata.revocationEndpoint !== null
  }
}
