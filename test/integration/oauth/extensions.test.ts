import type { Configuration } from 'oidc-provider'
import { afterEach, describe, expect, it } from 'vitest'
import type { OAuthGrant } from '../../../src-main/core/credential-record.ts'
import type { Secret } from '../../../src-main/core/secret.ts'
import { customProvider } from '../../../src-main/oauth/providers/providers.ts'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type World, ending, oauthWorld, signInRequest } from '../../support/oauth-world.ts'
import type { AuthorizationRequest } from '../../../src-main/core/oauth-client.ts'

const RESOURCE = 'https://files.example.test/api'

let op: OpenIdProvider
let world: World

afterEach(async () => {
  await world.signIns.close()
  await op.close()
})

async function open(configuration: Configuration = {}): Promise<void> {
  op = await startOpenIdProvider({ configuration })
  world = oauthWorld()
}

const text = (secret: Secret | null): string => secret?.expose((value) => value) ?? ''
const asked = (request: string): number => op.requests().filter((one) => one === request).length

function requestFor(resource: string | null, scopes: readonly string[]): AuthorizationRequest {
  const isTaken = (): boolean => false
  const provider = customProvider({
    issuer: op.issuer,
    namesIssuer: true,
    name: 'Example',
    scopes: [],
    isTaken
  })
  return {
    provider: { ...provider, resource },
    client: { id: op.clientId, secret: null },
    scopes,
    loginHint: null
  }
}

/** Signs in with the client alone; returns the grant and the address of the page. */
async function signedIn(request: AuthorizationRequest): Promise<{ grant: OAuthGrant; page: URL }> {
  const pending = await world.oauth.begin(request)
  await browse(pending.url)
  await pending.answered
  const { tokens, scopesGranted, subject } = await pending.redeem()
  const { provider, client, scopes } = request
  const ref = { service: provider.id, account: 'alice' }
  const times = { obtainedAt: new Date(), refreshedAt: null, formerRefreshToken: null, clientMark: null }
  const held = { provider, client, tokens, scopesRequested: scopes, scopesGranted, subject }
  return { grant: { kind: 'oauth', ref, ...held, ...times }, page: new URL(pending.url) }
}

/** The claims of a signed access token. */
function payloadOf(token: Secret): Record<string, unknown> {
  const payload = text(token).split('.')[1] ?? ''
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
}

describe('a provider that requires pushed authorization requests', () => {
  const pushed = {
    features: { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } }
  }

  it('is sent the request before its page is opened, and the page’s address tells nothing of it', async () => {
    await open(pushed)
    await world.signIns.start(signInRequest(op))
    const page = new URL(world.surface.last.view.url)
    expect([...page.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri'])
    await browse(page.href)
    expect((await ending(world)).kind).toBe('done')
    expect(asked('POST /request')).toBe(1)
  })

  it('refuses a request that was not pushed, so the test above proves something', async () => {
    await open(pushed)
    const page = new URL('/auth', op.issuer)
    page.search = new URLSearchParams({ client_id: op.clientId, response_type: 'code' }).toString()
    const response = await fetch(page, { redirect: 'manual' })
    expect(response.status).toBe(400)
  })

  it('gets no pushed request when it only supports that', async () => {
    await open({ features: { pushedAuthorizationRequests: { enabled: true } } })
    await world.signIns.start(signInRequest(op))
    expect(asked('POST /request')).toBe(0)
  })

  it.each([
    ['an unknown client', { status: 401, body: '{"error":"invalid_client"}' }, 'CLIENT_REFUSED'],
    ['an answer without a request', { status: 201, body: '{"expires_in":60}' }, 'PROVIDER_UNREACHABLE'],
    ['a page', { status: 200, body: '<!doctype html>' }, 'PROVIDER_UNREACHABLE'],
    ['a fault of its own', { status: 503 }, 'PROVIDER_UNREACHABLE']
  ])('leaves no port open after %s', async (_name, answer, code) => {
    await open(pushed)
    op.disturb(({ path }) => (path === '/request' ? { kind: 'answer', ...answer } : null))
    await expect(world.signIns.start(signInRequest(op))).rejects.toMatchObject({ code })
    expect(world.signIns.list()).toEqual([])
  })
})

const resources = (format: 'jwt' | 'opaque'): Configuration => ({
  features: {
    introspection: { enabled: true, allowedPolicy: async () => true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: async () => false,
      getResourceServerInfo: async (_context, indicator) => ({
        scope: 'registry:read',
        audience: indicator,
        accessTokenFormat: format
      })
    }
  }
})

describe('a provider with a resource', () => {
  const wanted = ['openid', 'offline_access', 'registry:read']

  it('is asked for that resource by every request that leads to tokens', async () => {
    await open(resources('jwt'))
    const { grant, page } = await signedIn(requestFor(RESOURCE, wanted))
    expect(page.searchParams.getAll('resource')).toEqual([RESOURCE])
    expect(payloadOf(grant.tokens.accessToken)).toMatchObject({ aud: RESOURCE, scope: 'registry:read' })
    // This server answers a refresh that names no resource with a token for userinfo.
    const renewed = await world.oauth.refresh(grant, () => undefined)
    expect(payloadOf(renewed.tokens.accessToken)['aud']).toBe(RESOURCE)
  })

  it('is asked for no resource when its row names none', async () => {
    await open(resources('jwt'))
    const { grant, page } = await signedIn(requestFor(null, wanted))
    expect(page.searchParams.has('resource')).toBe(false)
    expect(text(grant.tokens.accessToken)).not.toContain('.')
  })

  it('tells by introspection whether an opaque token works', async () => {
    await open(resources('opaque'))
    const { grant } = await signedIn(requestFor(RESOURCE, wanted))
    const check = () => world.oauth.check(grant, grant.tokens.accessToken)
    expect(await check()).toMatchObject({ works: true })
    op.revokeGrants('alice')
    expect(await check()).toMatchObject({ works: false, text: 'The provider does not accept the token.' })
    expect(asked('GET /me')).toBe(0)
  })

  it('says of a signed token that it can’t be asked about, instead of calling it dead', async () => {
    await open(resources('jwt'))
    const { grant } = await signedIn(requestFor(RESOURCE, wanted))
    await expect(world.oauth.check(grant, grant.tokens.accessToken)).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('JWT')
    })
  })

  it('says that a signed token alone can’t be revoked there', async () => {
    await open(resources('jwt'))
    const { grant } = await signedIn(requestFor(RESOURCE, ['registry:read']))
    expect(grant.tokens.refreshToken).toBeNull()
    expect(await world.oauth.revoke(grant)).toBe('unsupported')
  })

  it('ends the whole grant with its refresh token, though the access token is a signed one', async () => {
    await open(resources('jwt'))
    const { grant } = await signedIn(requestFor(RESOURCE, wanted))
    expect(await world.oauth.revoke(grant)).toBe('yes')
    await expect(world.oauth.refresh(grant, () => undefined)).rejects.toMatchObject({
      code: 'REFRESH_REJECTED'
    })
  })
})

describe('a provider without userinfo', () => {
  it('is asked by introspection whether a token works', async () => {
    const introspection = { enabled: true, allowedPolicy: async () => true }
    await open({ features: { introspection, userinfo: { enabled: false } } })
    const { grant } = await signedIn(requestFor(null, ['openid']))
    expect(await world.oauth.check(grant, grant.tokens.accessToken)).toMatchObject({ works: true })
    expect(asked('POST /token/introspection')).toBe(1)
    expect(asked('GET /me')).toBe(0)
  })

  it('says so when this client may not ask there', async () => {
    const introspection = { enabled: true, allowedPolicy: async () => true }
    await open({ features: { introspection, userinfo: { enabled: false } } })
    const { grant } = await signedIn(requestFor(null, ['openid']))
    const body = '{"error":"invalid_client"}'
    op.disturb(({ path }) => (path.endsWith('introspection') ? { kind: 'answer', status: 401, body } : null))
    await expect(world.oauth.check(grant, grant.tokens.accessToken)).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('does not check tokens')
    })
  })
})

describe('an error answer', () => {
  it.each([
    ['of another issuer', 'https://evil.example'],
    ['without the issuer that the metadata promises', null]
  ])('%s is not shown, and the attempt goes on', async (_name, iss) => {
    await open()
    await world.signIns.start(signInRequest(op))
    const page = new URL(world.surface.last.view.url)
    const forged = new URL(page.searchParams.get('redirect_uri') ?? '')
    const state = page.searchParams.get('state') ?? ''
    const answer = { error: 'access_denied', error_description: 'Send us your password', state }
    forged.search = new URLSearchParams({ ...answer, ...(iss === null ? {} : { iss }) }).toString()
    const response = await fetch(forged)
    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('password')
    expect(world.progress.map((progress) => progress.state.kind)).toEqual(['waiting'])
    await browse(page.href)
    expect((await ending(world)).kind).toBe('done')
  })
})
