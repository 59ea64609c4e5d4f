import { VaultError } from '#shared/problem.ts'
import type { ProviderRedirect } from '../../core/provider.ts'
import { MINUTE } from '../../core/tokens/lifetime.ts'
import type { RegisteredClient } from '../../core/oauth-client.ts'
import { Secret } from '../../core/secret.ts'
import { ExchangeSecrets } from '../http/exchange-secrets.ts'
import { type FetchPort, guardedFetch } from '../http/guarded-fetch.ts'
import { issuerMark } from '../metadata/issuer-families.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { jsonAnswer, TOKEN_LIMITS, TokenRefusal } from '../http/token-fetch.ts'

/** Milliseconds for which a client that is not yet proved by a sign-in is used for the next attempt. */
const KEPT_FOR = 10 * MINUTE

/** Registration of a public native client (RFC 7591 section 2). */
const OURS = {
  client_name: 'Latchkey',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code']
}

type Ports = { readonly fetch: FetchPort; readonly now: () => Date }
/** The purpose of a registration. `forgotten`: ID of a client that the issuer no longer knows. */
type Wish = { readonly resource: string; readonly forgotten?: string }
type Kept = { readonly client: Promise<RegisteredClient>; readonly at: number }

/**
 * Registers Latchkey at authorization servers: each registration belongs to one issuer and resource and is
 * used only there.
 */
export class ClientRegistrar {
  readonly #ports: Ports
  readonly #kept = new Map<string, Kept>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Returns a client at this issuer for this resource. An attempt within ten minutes uses the client of the
   * previous one, unless that is `forgotten`. Throws PROVIDER_REFUSED if the issuer refuses, TransportError
   * without an answer.
   */
  async register(metadata: IssuerMetadata, { resource, forgotten }: Wish): Promise<RegisteredClient> {
    const now = this.#ports.now().getTime()
    const place = JSON.stringify([metadata.issuer, resource])
    const kept = this.#kept.get(place)
    if (kept !== undefined && Math.abs(now - kept.at) < KEPT_FOR) {
      const before = await kept.client
      if (before.id !== forgotten) return before
    }
    const client = registerOnce(this.#ports.fetch, metadata)
    this.#kept.set(place, { client, at: now })
    client.catch(() => this.#kept.delete(place))
    return await client
  }
}

async function registerOnce(
  fetchPort: FetchPort,
  { issuer, registrationEndpoint: endpoint }: IssuerMetadata
): Promise<RegisteredClient> {
  if (endpoint === null) throw notRegistered()
  const redirect = redirectFor(issuer)
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const request = {
    url: endpoint,
    method: 'POST',
    headers,
    body: JSON.stringify({ ...OURS, redirect_uris: [`http://${redirect.host}${redirect.path}`] }),
    signal: null
  } as const
  try {
    return { ...readClient(jsonAnswer(await guardedFetch(fetchPort, request, TOKEN_LIMITS))), redirect }
  } catch (error) {
    if (error instanceof TokenRefusal) throw notRegistered()
    throw error
  }
}

/**
 * The redirect URI with the issuer's own path (see `issuerPath`), regardless of what the issuer
 * announces, and with any port (RFC 8252 section 7.3).
 */
function redirectFor(issuer: string): ProviderRedirect {
  return { host: '127.0.0.1', ports: [], path: `/mcp/${issuerMark(issuer)}` }
}

/**
 * Reads the registered client. Some servers give a secret to clients that asked for none, and then require
 * it.
 */
function readClient(answer: Record<string, unknown>): RegisteredClient {
  const { client_id: id, client_secret: secret, token_endpoint_auth_method: method } = answer
  if (typeof id !== 'string' || !/^[\x20-\x7e]{1,500}$/.test(id)) throw notRegistered()
  const secrets = [secret, answer['registration_access_token']].filter((value) => typeof value === 'string')
  if (new ExchangeSecrets(secrets).areQuotedIn(id)) throw idHoldsSecret()
  const hasSecret = method !== 'none' && typeof secret === 'string' && /^[\x20-\x7e]{1,2048}$/.test(secret)
  if (!hasSecret) return { id, secret: null, auth: 'none' }
  return { id, secret: new Secret(secret), auth: method === 'client_secret_post' ? 'post' : 'basic' }
}

/**
 * The error for a client ID that holds a secret: the ID is shown, kept in the clear and sent to the browser.
 */
function idHoldsSecret(): VaultError {
  return new VaultError('PROVIDER_REFUSED', {
    message:
      'The authorization server registers Latchkey under an ID that holds a secret. Register a client there and enter its ID.'
  })
}

function notRegistered(): VaultError {
  return new VaultError('PROVIDER_REFUSED', {
    message: 'The authorization server does not register Latchkey. Register a client there and enter its ID.'
  })
}
