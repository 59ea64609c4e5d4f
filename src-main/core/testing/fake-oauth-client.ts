import type { DiscoveryReport } from '#shared/sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant, TokenSet } from '../credential-record.ts'
import { HOUR } from '../tokens/lifetime.ts'
import type {
  McpServer,
  RegisteredClient,
  RegistrationWish,
  AuthorizationRequest,
  AuthorizedGrant,
  DeviceAuthorization,
  OAuthClient,
  PendingAuthorization,
  PasswordRequest,
  Project
} from '../oauth-client.ts'
import type { Clock } from '../ports.ts'
import { Secret } from '../secret.ts'
import { FakeDevice } from './fake-device.ts'
import { FakePending } from './fake-pending.ts'
import { sampleTokens } from './samples.ts'

type Answer = Partial<TokenSet> & { readonly scopes?: readonly string[] }

/** A provider that rotates: refresh number n returns `access-n` and `refresh-n`, unless told otherwise. */
export class FakeOAuthClient implements OAuthClient {
  readonly #clock: Clock
  /** Refresh tokens it was sent, oldest first. */
  readonly spent: string[] = []
  readonly requests: AuthorizationRequest[] = []
  readonly pending: FakePending[] = []
  readonly revoked: OAuthGrant[] = []
  /** Results of the next refreshes, oldest first. Empty: they succeed. */
  readonly next: (Error | Answer)[] = []
  /** Promise that every refresh waits for. */
  gate: Promise<void> = Promise.resolve()
  grant: Partial<AuthorizedGrant> = {}
  beginFails: VaultError | null = null
  /** Whether the provider has device authorization. */
  hasDevice = false
  readonly devices: FakeDevice[] = []

  /** MCP server behind every address. Null: no address has one. */
  mcp: Omit<McpServer, 'resource'> | null = null
  readonly registered: string[] = []
  readonly passwords: PasswordRequest[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async discover(issuer: string): Promise<DiscoveryReport> {
    const authorizationHost = issuer.replace(/^https?:\/\//, '')
    const redirect = { redirectUri: 'http://127.0.0.1/callback', namesIssuer: true }
    return {
      issuer,
      authorizationHost,
      ...redirect,
      checks: [],
      notes: [],
      scopes: ['openid'],
      revocation: true
    }
  }

  async findMcpServer(server: string): Promise<McpServer> {
    if (this.mcp === null) throw new VaultError('PROVIDER_REFUSED')
    return { ...this.mcp, resource: server }
  }

  async registerClient({ issuer }: RegistrationWish): Promise<RegisteredClient> {
    this.registered.push(issuer)
    return { id: `client-${String(this.registered.length)}`, secret: null, auth: 'none' }
  }

  projectAt(address: string): Project {
    const host = address.replace(/^https:\/\//, '')
    return { origin: address, host, issuer: `${address}/auth/v1` }
  }

  async signInWithPassword(request: PasswordRequest): Promise<AuthorizedGrant> {
    this.passwords.push(request)
    return this.#granted({ ...request, scopes: [], loginHint: null })
  }

  async begin(request: AuthorizationRequest): Promise<PendingAuthorization> {
    const pending = new FakePending(this.#granted(request))
    this.pending.push(pending)
    return pending
  }

  async beginDevice(request: AuthorizationRequest): Promise<DeviceAuthorization> {
    if (!this.hasDevice) throw new VaultError('PROVIDER_REFUSED')
    const device = new FakeDevice(this.#granted(request))
    this.devices.push(device)
    return device
  }

  async offersDevice(): Promise<boolean> {
    return this.hasDevice
  }

  #granted(request: AuthorizationRequest): AuthorizedGrant {
    if (this.beginFails !== null) throw this.beginFails
    this.requests.push(request)
    return {
      tokens: sampleTokens({ issuedAt: this.#clock.now() }),
      scopesGranted: request.scopes,
      subject: 'alice',
      accountLabel: 'alice@example.net',
      ...this.grant
    }
  }

  async refresh(
    grant: OAuthGrant,
    onSend: () => void
  ): Promise<{ tokens: TokenSet; scopesGranted: readonly string[] }> {
    onSend()
    this.spent.push(grant.tokens.refreshToken?.expose((text) => text) ?? '')
    const issuedAt = this.#clock.now()
    await this.gate
    const answer = this.next.shift() ?? {}
    if (answer instanceof Error) throw answer
    const { scopes, ...change } = answer
    const number = String(this.spent.length + 1)
    const tokens: TokenSet = {
      accessToken: new Secret(`access-${number}`),
      refreshToken: new Secret(`refresh-${number}`),
      tokenType: 'bearer',
      expiry: { kind: 'at', at: new Date(issuedAt.getTime() + HOUR) },
      issuedAt,
      ...change
    }
    return { tokens, scopesGranted: scopes ?? grant.scopesGranted }
  }

  async revoke(grant: OAuthGrant): Promise<'yes'> {
    this.revoked.push(grant)
    return 'yes'
  }

  async check(): Promise<{ works: boolean; text: string }> {
    return { works: true, text: 'It works.' }
  }
}
