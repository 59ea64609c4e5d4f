import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Configuration, Provider } from 'oidc-provider'
import type { KeyPair } from './certificates.ts'
import { deviceFlow } from './openid-device.ts'
import { interactions } from './openid-interactions.ts'
import { errorPage } from './openid-pages.ts'
import { keepIssuerOutOfAnswers } from './openid-silent-issuer.ts'
import { OpenIdStore } from './openid-store.ts'

export type OpenIdOptions = {
  /** Life of an access token in seconds. */
  readonly accessTtl?: number
  /** True: every refresh gives a new refresh token; a second use of an old one ends the grant. */
  readonly deviceTtl?: number
  /** Scopes that the person does not allow. */
  readonly rotate?: boolean
  /** Name shown on its pages. */
  readonly withhold?: readonly string[]
  /** Shown on its pages. */
  readonly name?: string
  readonly port?: number
  /** It speaks TLS and has this name; default: plain http, by its address. */
  readonly secure?: KeyPair & { readonly host: string }
  /** False: its answers do not name the issuer (RFC 9207), and its metadata does not announce that. */
  readonly namesIssuer?: boolean
  /** Fields that change the published metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Settings of oidc-provider that override those of this file; `features` are merged one by one. */
  readonly configuration?: Configuration
}

/**
 * Fault of a request, in place of the provider's own answer. `drop-after`: the request is done and the answer
 * is lost; `hold-after`: the request is done and the answer is never sent.
 */
export type Disturbance =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Record<string, string>
    }
  /** The request is done, and the body of the answer is changed. */
  | { readonly kind: 'rewrite'; readonly change: (body: string) => string }
  | { readonly kind: 'drop-after' }
  | { readonly kind: 'hold-after' }
  | { readonly kind: 'drop-before' }
  | { readonly kind: 'delay'; readonly ms: number }
export type Disturb = (request: { method: string; path: string }) => Disturbance | null

export type Issued = {
  readonly kind: 'code' | 'device-code' | 'access-token' | 'refresh-token' | 'id-token'
  readonly value: string
}
export type OpenIdEvent = { readonly kind: string; readonly detail: string }

export type OpenIdProvider = {
  readonly issuer: string
  /** A public client with the redirect URI `http://127.0.0.1/callback`, any port. */
  readonly clientId: string
  /** The same client with a secret, sent in the body. */
  readonly confidential: { readonly clientId: string; readonly clientSecret: string }
  readonly events: readonly OpenIdEvent[]
  /** Every code and token that the provider has sent. */
  issued(): readonly Issued[]
  /** Every PKCE verifier that came in. */
  verifiers(): readonly string[]
  /** Requests so far, as `GET /path`. */
  requests(): readonly string[]
  /** Sets the faults of later requests. Null: none. */
  disturb(hook: Disturb | null): void
  /** Ends every grant of the account; returns how many there were. */
  revokeGrants(login: string): number
  /** Forgets every client that registered itself. */
  forgetClients(): void
  close(): Promise<void>
}

const DAY = 86_400
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const scopes = ['openid', 'offline_access', 'email', 'profile', 'registry:read', 'registry:write']

/**
 * A certified OpenID provider on this computer, in memory and without output. It accepts any login with any
 * password.
 */
export async function startOpenIdProvider(options: OpenIdOptions = {}): Promise<OpenIdProvider> {
  const handlers: { handle: Handler } = { handle: async () => undefined }
  const listener: RequestListener = (request, response) => {
    handlers.handle(request, response).catch(() => response.destroy())
  }
  const { secure } = options
  const server = secure === undefined ? createServer(listener) : createTlsServer(secure, listener)
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const origin = secure === undefined ? 'http://127.0.0.1' : `https://${secure.host}`
  const issuer = `${origin}:${String((server.address() as AddressInfo).port)}`
  const confidential = {
    clientId: 'latchkey-confidential',
    clientSecret: randomBytes(18).toString('base64url')
  }
  const store = new OpenIdStore()
  const base = configuration(options, store, confidential)
  const provider = new Provider(issuer, {
    ...base,
    ...options.configuration,
    // The switch of a feature decides the type of its other settings, and a spread loses that type.
    features: { ...base.features, ...options.configuration?.features } as NonNullable<
      Configuration['features']
    >
  })
  if (options.namesIssuer === false) keepIssuerOutOfAnswers(provider)
  const events = watch(provider)
  const issued: Issued[] = []
  const requests: string[] = []
  const verifiers: string[] = []
  let hook: Disturb | null = null
  const name = options.name ?? 'Example ID'
  const interact = interactions(provider, { name, withhold: options.withhold ?? [] })
  const answer = provider.callback()
  handlers.handle = async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    requests.push(`${request.method ?? ''} ${path}`)
    const disturbance = hook?.({ method: request.method ?? '', path }) ?? null
    if (disturbance !== null && (await disturbed(disturbance, request, response))) return
    record(response, issued)
    recordVerifier(request, verifiers)
    if (!(await interact(request, response, path))) await answer(request, response)
  }
  return {
    issuer,
    clientId: 'latchkey-desktop',
    confidential,
    events,
    issued: () => issued,
    verifiers: () => verifiers,
    requests: () => requests,
    disturb: (next) => {
      hook = next
    },
    revokeGrants: (login) => store.revokeGrants(login),
    forgetClients: () => store.forgetClients(),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function configuration(
  { accessTtl = 3600, deviceTtl = 600, rotate = true, metadata = {}, name = 'Example ID' }: OpenIdOptions,
  store: OpenIdStore,
  confidential: OpenIdProvider['confidential']
): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const native = {
    application_type: 'native' as const,
    redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
    grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
    response_types: ['code' as const]
  }
  return {
    adapter: (model: string) => store.adapter(model),
    jwks: {
      keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }]
    },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    clients: [
      { ...native, client_id: 'latchkey-desktop', token_endpoint_auth_method: 'none' },
      {
        ...native,
        client_id: confidential.clientId,
        client_secret: confidential.clientSecret,
        token_endpoint_auth_method: 'client_secret_post'
      }
    ],
    scopes,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: emailOf(id), email_verified: true, name: id })
    }),
    // ID tokens name the account, so that the client needs no further request to label it.
    conformIdTokenClaims: false,
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: deviceFlow(name),
      revocation: {
        enabled: true,
        allowedPolicy: async (_context, client, token) => token.clientId === client.clientId
      },
      rpInitiatedLogout: { enabled: false }
    },
    clientBasedCORS: () => false,
    rotateRefreshToken: rotate,
    issueRefreshToken: async (_context, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    pkce: { required: () => true },
    renderError: async (context, out) => {
      context.type = 'html'
      context.body = errorPage(name, out.error)
    },
    discovery: metadata,
    ttl: {
      AccessToken: accessTtl,
      AuthorizationCode: 60,
      DeviceCode: deviceTtl,
      IdToken: 300,
      RefreshToken: DAY,
      Interaction: 600,
      Session: DAY,
      Grant: DAY
    }
  }
}

function emailOf(login: string): string {
  return login.includes('@') ? login : `${login}@example.test`
}

function watch(provider: Provider): OpenIdEvent[] {
  const events: OpenIdEvent[] = []
  provider.on('grant.success', (context) => note('grant.success', context.oidc.params?.['grant_type']))
  provider.on('grant.error', (_context, error) => note('grant.error', error.error))
  provider.on('grant.revoked', (context) => note('grant.revoked', context.oidc.route))
  return events
  function note(kind: string, detail: unknown): void {
    events.push({ kind, detail: String(detail) })
  }
}

/** True: the request is already answered or dropped. */
async function disturbed(
  what: Disturbance,
  request: IncomingMessage,
  response: ServerResponse
): Promise<boolean> {
  switch (what.kind) {
    case 'answer':
      response.writeHead(what.status, what.headers ?? { 'content-type': 'application/json' })
      response.end(what.body ?? '')
      return true
    case 'drop-before':
      request.socket.destroy()
      return true
    case 'rewrite':
      rewriteBody(response, what.change)
      return false
    case 'drop-after':
      response.end = () => {
        request.socket.destroy()
        return response
      }
      return false
    case 'hold-after':
      response.end = () => response
      return false
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, what.ms))
      return false
  }
}

function rewriteBody(response: ServerResponse, change: (body: string) => string): void {
  const end = response.end.bind(response)
  response.end = ((body: unknown) => {
    response.removeHeader('content-length')
    return end(change(Buffer.from(body as string).toString()))
  }) as ServerResponse['end']
}

/** Records codes in redirects and tokens in bodies as they are sent. */
function record(response: ServerResponse, issued: Issued[]): void {
  const end = response.end.bind(response)
  response.end = ((...values: unknown[]) => {
    const code = /[?&]code=([^&]+)/.exec(String(response.getHeader('location') ?? ''))?.[1]
    if (code !== undefined) issued.push({ kind: 'code', value: decodeURIComponent(code) })
    const [body] = values
    if (typeof body === 'string' || body instanceof Uint8Array)
      recordTokens(Buffer.from(body).toString(), issued)
    return (end as (...rest: unknown[]) => ServerResponse)(...values)
  }) as ServerResponse['end']
}

/** Sees what a request brings, without reading it in the place of the provider. */
function recordVerifier(request: IncomingMessage, verifiers: string[]): void {
  const emit = request.emit.bind(request)
  let body = ''
  request.emit = (name: string | symbol, ...values: unknown[]) => {
    if (name === 'data') body += String(values[0])
    const verifier = name === 'end' ? /(?:^|&)code_verifier=([^&]+)/.exec(body)?.[1] : undefined
    if (verifier !== undefined) verifiers.push(decodeURIComponent(verifier))
    return (emit as (event: string | symbol, ...rest: unknown[]) => boolean)(name, ...values)
  }
}

function recordTokens(body: string, issued: Issued[]): void {
  for (const kind of ['access-token', 'refresh-token', 'id-token', 'device-code'] as const) {
    const value = new RegExp(`"${kind.replace('-', '_')}":"([^"]+)"`).exec(body)?.[1]
    if (value !== undefined) issued.push({ kind, value })
  }
}
