import { afterEach, describe, expect, it } from 'vitest'
import type { SignInRequest } from '#shared/sign-in.ts'
import type { OAuthGrant } from '../../../src-main/core/credential-record.ts'
import { reportOnMcp } from '../../../src-main/core/sign-in/mcp-plan.ts'
import { mcpConfiguration } from '../../support/mcp-authorization.ts'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import {
  type ProtectedResourceServer,
  type ResourceOptions,
  startProtectedResource
} from '../../support/protected-resource-server.ts'
import { type World, ending, oauthWorld, refOf, signInRequest } from '../../support/oauth-world.ts'

let op: OpenIdProvider
let world: World
const servers: ProtectedResourceServer[] = []

afterEach(async () => {
  await world.signIns.close()
  for (const server of servers.splice(0)) await server.close()
  await op.close()
})

async function open(
  change: Partial<ResourceOptions> = {},
  registers = true,
  clientDocument: Readonly<Record<string, unknown>> | null = null
): Promise<ProtectedResourceServer> {
  op = await startOpenIdProvider({ configuration: mcpConfiguration({ registers, clientDocument }) })
  world = oauthWorld()
  return await addServer(change)
}

async function addServer(change: Partial<ResourceOptions> = {}): Promise<ProtectedResourceServer> {
  const server = await startProtectedResource({ issuer: op.issuer, ...change })
  servers.push(server)
  return server
}

const request = (
  server: string,
  scopes: readonly string[],
  clientId: string | null = null
): SignInRequest => ({
  kind: 'new',
  provider: { kind: 'mcp', server, name: 'Files', clientId },
  clientSecret: null,
  account: null,
  scopes: [...scopes]
})

const look = (server: string) => reportOnMcp(server, world)
const asked = (line: string): number => op.requests().filter((one) => one === line).length

/** Signs in as a person does: looks at the server, then signs in at the place that it names. */
async function signIn(server: string, clientId: string | null = null): Promise<OAuthGrant> {
  const { offered } = await look(server)
  await world.signIns.start(request(server, offered, clientId))
  await browse(world.surface.last.view.url)
  const ref = refOf(await ending(world))
  const held = await world.repository.load(ref)
  if (held?.kind !== 'oauth') throw new Error('The sign-in brought no grant.')
  world.progress.length = 0
  return held
}

async function statusAt(server: string, { ref }: OAuthGrant): Promise<number> {
  const token = await world.tokens.getToken(ref)
  const authorization = token.expose((text) => `Bearer ${text}`)
  const response = await fetch(server, { headers: { authorization } })
  await response.body?.cancel()
  return response.status
}

describe('a remote MCP server', () => {
  it('is signed in to by its address alone: registered for, with a token that it takes', async () => {
    const { url } = await open({ scope: 'registry:read registry:write' })
    expect(await look(url)).toEqual({
      resource: url,
      issuer: op.issuer,
      authorizationHost: new URL(op.issuer).host,
      redirectUri: 'http://127.0.0.1/callback',
      scopes: ['registry:read', 'registry:write', 'offline_access'],
      offered: ['registry:read', 'registry:write', 'offline_access'],
      alsoFor: [],
      isOlderProfile: false,
      client: 'registers'
    })
    const grant = await signIn(url)
    expect(grant.provider.resource).toBe(url)
    expect(grant.client.secret).toBeNull()
    expect(await statusAt(url, grant)).toBe(200)
    await world.tokens.refresh(grant.ref)
    expect(await statusAt(url, grant)).toBe(200)
  })

  it.each([
    ['in its challenge', 'challenge'],
    ['at the well-known address of its path', 'path'],
    ['at the well-known address of its host', 'root']
  ] as const)('says %s where to sign in', async (_name, tells) => {
    const { url } = await open({ tells })
    expect(await look(url)).toMatchObject({ issuer: op.issuer, scopes: ['registry:read', 'offline_access'] })
  })

  it('is refused when it says nothing of a sign-in', async () => {
    const { url } = await open({ tells: 'nothing' })
    await expect(look(url)).rejects.toMatchObject({
      code: 'PROVIDER_REFUSED',
      message: expect.stringContaining('does not say where')
    })
  })

  it('is reported as unreachable when it does not answer', async () => {
    const server = await open()
    await server.close()
    servers.length = 0
    await expect(look(server.url)).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' })
  })

  it.each([
    ['another host', { resource: 'http://127.0.0.1:9/mcp' }],
    ['another path of its host', { resource: 'OWN/other' }],
    ['a path that only begins alike', { resource: 'OWN/mc' }],
    [
      'an authorization server with a script for an address',
      { authorization_servers: ['javascript:alert(1)'] }
    ],
    ['no authorization server', { authorization_servers: [] }]
  ])('is refused when it names %s', async (_name, metadata) => {
    const bad: Record<string, unknown> = { ...metadata }
    const { url } = await open({ metadata: bad })
    if (typeof bad['resource'] === 'string')
      bad['resource'] = bad['resource'].replace('OWN', new URL(url).origin)
    await expect(look(url)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(op.requests()).toEqual([])
  })

  it('is refused when its authorization server does not show that it checks PKCE', async () => {
    const { url } = await open()
    const document = (await (await fetch(`${op.issuer}/.well-known/openid-configuration`)).json()) as object
    const body = JSON.stringify({ ...document, code_challenge_methods_supported: undefined })
    op.disturb(({ path }) => (path.includes('well-known') ? { kind: 'answer', status: 200, body } : null))
    await expect(look(url)).rejects.toMatchObject({ message: expect.stringContaining('PKCE') })
    await expect(world.signIns.start(request(url, []))).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
  })

  it('is not asked over plain http outside of tests, and nothing is sent', async () => {
    const { url, requests } = await open()
    const strict = oauthWorld({ allowLoopbackHttp: false })
    await expect(strict.oauth.findMcpServer(url)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(requests()).toEqual([])
  })
})

describe('the client at an MCP server’s authorization server', () => {
  it('is registered once for a server, and used for the next account there', async () => {
    const { url } = await open()
    const one = await signIn(url)
    expect((await look(url)).client).toBe('known')
    expect((await signIn(url)).client.id).toBe(one.client.id)
    expect(asked('POST /reg')).toBe(1)
  })

  it('is not shared with another server that names the same issuer', async () => {
    const first = await open()
    const second = await addServer()
    const one = await signIn(first.url)
    expect((await look(second.url)).client).toBe('registers')
    expect((await signIn(second.url)).client.id).not.toBe(one.client.id)
    expect(asked('POST /reg')).toBe(2)
  })

  it('has a registration that no other issuer can use to receive codes', async () => {
    const { url } = await open()
    const { client, provider } = await signIn(url)
    const evil = await startOpenIdProvider()
    try {
      await world.signIns.start(signInRequest(evil))
      const theirs = new URL(world.surface.last.view.url)
      // A dishonest issuer may send a browser on with all parameters that it brought.
      const mixedUp = new URL(`${op.issuer}/auth`)
      mixedUp.search = theirs.search
      mixedUp.searchParams.set('client_id', client.id)
      const refused = await fetch(mixedUp, { redirect: 'manual' })
      expect([refused.status, refused.headers.get('location')]).toEqual([400, null])
      const own = new URL(theirs.searchParams.get('redirect_uri') ?? '')
      own.pathname = provider.redirect.path
      mixedUp.searchParams.set('redirect_uri', own.href)
      expect((await fetch(mixedUp, { redirect: 'manual' })).status).toBe(303)
    } finally {
      await evil.close()
    }
  })

  it('is registered once for several unfinished attempts', async () => {
    const { url } = await open()
    const progress = await world.signIns.start(request(url, []))
    world.signIns.cancel(progress.attempt)
    await world.signIns.start(request(url, []))
    expect(asked('POST /reg')).toBe(1)
  })

  it('is not used at another issuer', async () => {
    const first = await open()
    await signIn(first.url)
    const elsewhere = await startOpenIdProvider({ configuration: mcpConfiguration() })
    try {
      const second = await addServer({ issuer: elsewhere.issuer })
      expect((await look(second.url)).client).toBe('registers')
      await signIn(second.url)
      expect(elsewhere.requests().filter((one) => one === 'POST /reg')).toHaveLength(1)
    } finally {
      await elsewhere.close()
    }
  })

  it('is asked for if registration is not offered, and then used', async () => {
    const { url } = await open({}, false)
    expect(await look(url)).toMatchObject({ client: 'ask', redirectUri: 'http://127.0.0.1/callback' })
    await expect(world.signIns.start(request(url, []))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('enter its ID')
    })
    expect((await signIn(url, op.clientId)).client.id).toBe(op.clientId)
  })

  it('may be the https address where a client of the person’s describes itself; nothing is registered then', async () => {
    const clientId = 'https://ana.example/latchkey.json'
    const { url } = await open({}, true, {
      client_id: clientId,
      client_name: 'Ana’s Latchkey',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code']
    })
    const { client, ref } = await signIn(url, clientId)
    expect(client).toEqual({ id: clientId, secret: null })
    expect(new URL(world.surface.last.view.url).searchParams.get('client_id')).toBe(clientId)
    expect(asked('POST /reg')).toBe(0)
    await world.tokens.refresh(ref)
  })

  it.each([
    ['a refusal', { status: 403, body: '{"error":"access_denied"}' }, 'PROVIDER_REFUSED'],
    ['an answer without an id', { status: 201, body: '{}' }, 'PROVIDER_REFUSED'],
    ['a page', { status: 201, body: '<!doctype html>' }, 'PROVIDER_UNREACHABLE'],
    ['a fault', { status: 500 }, 'PROVIDER_UNREACHABLE']
  ])('can be had after %s', async (_name, answer, code) => {
    const { url } = await open()
    op.disturb(({ path }) => (path === '/reg' ? { kind: 'answer', ...answer } : null))
    await expect(world.signIns.start(request(url, []))).rejects.toMatchObject({ code })
    op.disturb(null)
    expect((await signIn(url)).client.id).not.toBe('')
  })
})

describe('a server that names the authorization server of others', () => {
  it('is shown with those servers, and only the scopes of its own challenge are requested', async () => {
    const first = await open({ scope: 'registry:read registry:write' })
    await signIn(first.url)
    const stranger = await addServer({ metadata: { scopes_supported: ['registry:read', 'registry:write'] } })
    expect(await look(stranger.url)).toMatchObject({
      client: 'registers',
      alsoFor: [first.url],
      scopes: ['offline_access'],
      offered: ['registry:read', 'registry:write', 'offline_access']
    })
    expect((await look(first.url)).alsoFor).toEqual([])
    const asking = await addServer({
      scope: 'registry:read',
      metadata: { scopes_supported: ['registry:write'] }
    })
    expect((await look(asking.url)).scopes).toEqual(['registry:read', 'offline_access'])
  })

  it('is shown with a sign-in that is for no server', async () => {
    const { url } = await open()
    await world.signIns.start(signInRequest(op))
    await browse(world.surface.last.view.url)
    const { service } = refOf(await ending(world))
    const { name } = world.repository.list().find(({ ref }) => ref.service === service) ?? {}
    expect((await look(url)).alsoFor).toEqual([name])
  })
})

describe('a server of the older MCP profile', () => {
  it('is its own authorization server, is shown as such, and is signed in to', async () => {
    op = await startOpenIdProvider({ configuration: mcpConfiguration({ registers: true }) })
    world = oauthWorld()
    op.disturb(({ path }) => (path === '/mcp' ? { kind: 'answer', status: 401, body: '' } : null))
    const url = `${op.issuer}/mcp`
    const report = await look(url)
    expect(report).toMatchObject({
      resource: url,
      issuer: op.issuer,
      isOlderProfile: true,
      client: 'registers'
    })
    expect(report.scopes).toEqual(['offline_access'])
    expect((await look(`${url}?key=cnry`)).resource).toBe(url)
    const grant = await signIn(url)
    expect(grant.provider).toMatchObject({ resource: url, mcpServer: url })
    await world.tokens.refresh(grant.ref)
  })

  it('is refused where its own authorization server does not show PKCE', async () => {
    op = await startOpenIdProvider({ configuration: mcpConfiguration({ registers: true }) })
    world = oauthWorld()
    const document = (await (await fetch(`${op.issuer}/.well-known/openid-configuration`)).json()) as object
    const body = JSON.stringify({ ...document, code_challenge_methods_supported: undefined })
    op.disturb(({ path }) => {
      if (path === '/mcp') return { kind: 'answer', status: 401, body: '' }
      return path === '/.well-known/openid-configuration' ? { kind: 'answer', status: 200, body } : null
    })
    await expect(look(`${op.issuer}/mcp`)).rejects.toMatchObject({ message: expect.stringContaining('PKCE') })
  })
})

describe('grants for MCP servers', () => {
  it('of two servers behind one issuer are two, and a token of one is no good at the other', async () => {
    const first = await open()
    const second = await addServer()
    const one = await signIn(first.url)
    const other = await signIn(second.url)
    expect(other.ref.service).not.toBe(one.ref.service)
    expect(await statusAt(second.url, one)).toBe(401)
    expect(await statusAt(second.url, other)).toBe(200)
  })

  it('of two clients at one server are two', async () => {
    const { url } = await open()
    const one = await signIn(url)
    const other = await signIn(url, op.clientId)
    expect(other.ref.service).not.toBe(one.ref.service)
    expect(world.repository.list()).toHaveLength(2)
  })

  it('are renewed in place by signing in again, with the same client and resource', async () => {
    const { url } = await open()
    const one = await signIn(url)
    await world.signIns.start({
      kind: 'again',
      credential: JSON.stringify([one.ref.service, one.ref.account])
    })
    const page = new URL(world.surface.last.view.url)
    expect(page.searchParams.get('resource')).toBe(url)
    expect(page.searchParams.get('client_id')).toBe(one.client.id)
    await browse(page.href)
    expect(refOf(await ending(world))).toEqual(one.ref)
    expect(asked('POST /reg')).toBe(1)
  })
})
