import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleGrant } from '../../../src-main/core/testing/samples.ts'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { oauthWorld, signInRequest } from '../../support/oauth-world.ts'

const now = (): Date => new Date()

describe('discovering an issuer', () => {
  let op: OpenIdProvider

  beforeEach(async () => {
    op = await startOpenIdProvider()
  })
  afterEach(() => op.close())

  it('reports what was found', async () => {
    const report = await oauthWorld().oauth.discover(`${op.issuer}/`)
    expect(report).toMatchObject({
      issuer: op.issuer,
      authorizationHost: new URL(op.issuer).host,
      revocation: true
    })
    expect(report.checks.every(({ ok }) => ok)).toBe(true)
    expect(report.scopes).toContain('registry:read')
  })

  it('refuses plain http without the option that tests set, before anything is sent', async () => {
    const client = createOAuthClient({ fetch, now, allowLoopbackHttp: false })
    await expect(client.discover(op.issuer)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(op.requests()).toEqual([])
  })

  it('asks for metadata once an hour, not for every refresh', async () => {
    const world = oauthWorld()
    await world.signIns.start(signInRequest(op))
    await world.signIns.start(signInRequest(op, { clientId: 'other' }))
    const asked = op.requests().filter((request) => request.includes('well-known'))
    expect(asked).toHaveLength(2)
    await world.signIns.close()
  })

  it('says that the server did not answer', async () => {
    await op.close()
    await expect(oauthWorld().oauth.discover(op.issuer)).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE'
    })
  })
})

describe('an issuer whose metadata is bad', () => {
  const issuer = 'https://as.example'
  const good = {
    issuer,
    authorization_endpoint: 'https://as.example/authorize',
    token_endpoint: 'https://as.example/token'
  }
  const json = { 'content-type': 'application/json' }
  const answer = (document: unknown) => (): Response =>
    new Response(JSON.stringify(document), { headers: json })

  const fixtures: [string, () => Response, string][] = [
    ['names a foreign issuer', answer({ ...good, issuer: 'https://evil.example' }), 'PROVIDER_REFUSED'],
    ['names no issuer', answer({ ...good, issuer: null }), 'PROVIDER_REFUSED'],
    ['is a list', answer([good]), 'PROVIDER_REFUSED'],
    ['is no JSON', () => new Response('access_token=x'), 'PROVIDER_REFUSED'],
    [
      'is a page',
      () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
      'PROVIDER_REFUSED'
    ],
    [
      'is a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
      'PROVIDER_UNREACHABLE'
    ],
    ['is larger than 64 KiB', answer({ ...good, filler: 'x'.repeat(70_000) }), 'PROVIDER_UNREACHABLE'],
    ['lacks a token endpoint', answer({ ...good, token_endpoint: undefined }), 'PROVIDER_REFUSED'],
    [
      'has a token endpoint over http',
      answer({ ...good, token_endpoint: 'http://as.example/token' }),
      'PROVIDER_REFUSED'
    ],
    [
      'has a token endpoint on this computer',
      answer({ ...good, token_endpoint: 'http://127.0.0.1/token' }),
      'PROVIDER_REFUSED'
    ],
    [
      'has a script for a sign-in page',
      answer({ ...good, authorization_endpoint: 'javascript:alert(1)' }),
      'PROVIDER_REFUSED'
    ],
    [
      'has a program for a sign-in page',
      answer({ ...good, authorization_endpoint: 'ms-msdt:/id' }),
      'PROVIDER_REFUSED'
    ],
    [
      'has a command for a sign-in page',
      answer({ ...good, authorization_endpoint: 'https://as.example/$(id)' }),
      'PROVIDER_REFUSED'
    ],
    [
      'has a flag for a sign-in page',
      answer({ ...good, authorization_endpoint: '--help' }),
      'PROVIDER_REFUSED'
    ],
    [
      'has a line break in a sign-in page',
      answer({ ...good, authorization_endpoint: 'https://as.example/\r\nx' }),
      'PROVIDER_REFUSED'
    ],
    [
      'has a password in an address',
      answer({ ...good, token_endpoint: 'https://u:p@as.example/token' }),
      'PROVIDER_REFUSED'
    ],
    [
      'supports only plain PKCE',
      answer({ ...good, code_challenge_methods_supported: ['plain'] }),
      'PROVIDER_REFUSED'
    ],
    ['is not there', () => new Response('', { status: 404 }), 'PROVIDER_REFUSED'],
    ['is broken', () => new Response('', { status: 500 }), 'PROVIDER_UNREACHABLE']
  ]
  it.each(fixtures)('%s', async (_name, respond, code) => {
    const client = createOAuthClient({ fetch: async () => respond(), now, allowLoopbackHttp: true })
    await expect(client.discover(issuer)).rejects.toMatchObject({ code })
  })

  it.each([
    ['OpenID Connect appends', 'https://as.example/realms/a/.well-known/openid-configuration'],
    ['RFC 8414 inserts', 'https://as.example/.well-known/oauth-authorization-server/realms/a'],
    [
      'OpenID metadata lies at the inserted place',
      'https://as.example/.well-known/openid-configuration/realms/a'
    ]
  ])(
    'of an issuer with a path is found where %s, though a start page answers elsewhere',
    async (_name, place) => {
      const named = { ...good, issuer: `${issuer}/realms/a` }
      const client = createOAuthClient({
        now,
        allowLoopbackHttp: false,
        fetch: async (url) =>
          url === place ? answer(named)() : new Response('<!doctype html>', { headers: json })
      })
      expect((await client.discover(named.issuer)).issuer).toBe(named.issuer)
    }
  )

  it.each([
    [
      'sends elsewhere',
      () => new Response(null, { status: 302, headers: { location: 'https://as.example/' } })
    ],
    ['is broken', () => new Response('', { status: 501 })],
    ['is a page', () => new Response('<!doctype html>')]
  ])('is found at the second place when the first %s', async (_what, first) => {
    let asked = 0
    const client = createOAuthClient({
      now,
      allowLoopbackHttp: false,
      fetch: async () => ((asked += 1) === 1 ? first() : answer(good)())
    })
    expect((await client.discover(issuer)).issuer).toBe(issuer)
  })

  it.each([
    ['a page', () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })],
    ['nothing', () => new Response('', { status: 404 })]
  ])('says nothing about the grant when a refresh finds %s', async (_what, respond) => {
    const client = createOAuthClient({ fetch: async () => respond(), now, allowLoopbackHttp: false })
    const sent: string[] = []
    const renewing = client.refresh(sampleGrant(), () => sent.push('the refresh token'))
    await expect(renewing).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    expect(sent).toEqual([])
  })

  it('is found at the second place when the first has nothing', async () => {
    const asked: string[] = []
    const client = createOAuthClient({
      now,
      allowLoopbackHttp: false,
      fetch: async (url) => {
        asked.push(url)
        return asked.length === 1 ? new Response('', { status: 404 }) : answer(good)()
      }
    })
    expect((await client.discover(issuer)).issuer).toBe(issuer)
    expect(asked).toEqual([
      'https://as.example/.well-known/openid-configuration',
      'https://as.example/.well-known/oauth-authorization-server'
    ])
  })
})
