import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { sampleEndpoints, sampleGrant, sampleProvider } from '../../../src-main/core/testing/samples.ts'
import type { OAuthProvider } from '../../../src-main/core/provider.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'
import { secretForms } from '../../support/canary-forms.ts'
import type { OAuthClient } from '../../../src-main/core/oauth-client.ts'

const ISSUER = 'https://sso.example.net'
const CLIENT_SECRET = 'cs_9fK2mQx7VbT4nRw8ZpLs'

/** The secrets of an exchange, as the server knows them. */
type Known = Readonly<Record<string, string>>
type Reply = (sent: Known) => object
/** A form in which a server could write a secret so that it looks like something else. */
type Disguise = (secret: string) => string

const disguises: readonly (readonly [string, Disguise])[] = [
  ...secretForms(CLIENT_SECRET)
    .filter(({ name }) => !name.startsWith('UTF-16'))
    .map(({ name }) => [name, (secret: string) => formOf(secret, name)] as const),
  ['upper case', (secret) => secret.toUpperCase()],
  ['backwards', (secret) => Array.from(secret).toReversed().join('')],
  ['inside another text', (secret) => `read:${secret}:all`],
  ['a part of it', (secret) => secret.slice(3, 17)],
  ['pieces', (secret) => secret.match(/.{1,7}/g)!.join(' ')],
  [
    'pieces in another order',
    (secret) =>
      secret
        .match(/.{1,7}/g)!
        .toReversed()
        .join(' ')
  ]
]

function formOf(secret: string, name: string): string {
  return (
    secretForms(secret)
      .find((form) => form.name === name)
      ?.bytes.toString() ?? secret
  )
}

let count = 0
/** A new value for each call, so that no match is by chance. */
const fresh = (prefix: string): string => `${prefix}_Zk7q${String((count += 1))}Wm3xYv9Rt5bNc8Lp2Hd6`

/** The client, with a server that answers each address with its reply. */
function clientOf(replies: Readonly<Record<string, Reply>>): OAuthClient {
  return createOAuthClient({
    now: () => new Date(),
    allowLoopbackHttp: false,
    fetch: async (url, init) => {
      const body = typeof init.body === 'string' ? init.body : ''
      const fields: unknown = body.startsWith('{')
        ? JSON.parse(body)
        : Object.fromEntries(new URLSearchParams(body))
      const reply = replies[new URL(url).pathname]
      if (reply === undefined) return new Response(null, { status: 404 })
      const answer = reply(fields as Known)
      return answer instanceof Response ? answer : Response.json(answer)
    }
  })
}

const metadata: Reply = () => ({
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  registration_endpoint: `${ISSUER}/register`,
  pushed_authorization_request_endpoint: `${ISSUER}/par`,
  require_pushed_authorization_requests: true,
  code_challenge_methods_supported: ['S256']
})
const fixed: OAuthProvider = {
  ...sampleProvider,
  clientAuth: 'post',
  endpoints: sampleEndpoints({ deviceAuthorization: `${ISSUER}/device` })
}
const client = { id: 'client-1', secret: new Secret(CLIENT_SECRET) }

/**
 * Signs in at a token endpoint that answers with `reply`; returns the printed grant, with its tokens hidden.
 */
async function signIn(reply: (sent: Known, nonce: string) => object): Promise<string> {
  let nonce = ''
  const oauth = clientOf({ '/token': (sent) => reply(sent, nonce) })
  const scopes = ['openid', 'read']
  const pending = await oauth.begin({ provider: fixed, client, scopes, loginHint: null })
  try {
    const page = new URL(pending.url)
    nonce = page.searchParams.get('nonce') ?? ''
    const back = new URLSearchParams({ code: fresh('code'), state: page.searchParams.get('state') ?? '' })
    pending.submit(`${pending.redirectUri}?${back.toString()}`)
    return shown(await pending.redeem())
  } finally {
    await pending.close()
  }
}

/** Everything that a record, an event or an answer could show of a value. */
const shown = (value: unknown): string => inspect(value, { depth: 9, showHidden: true })

function idToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const all = { iss: ISSUER, aud: 'client-1', exp: now + 600, iat: now, sub: 'ana', ...claims }
  return `${part({ alg: 'RS256' })}.${part(all)}.${part({ signed: 'by nobody' })}`
}

/** Expects that the text contains no planted part of more than three characters. */
function expectHidden(text: string, planted: string): void {
  for (const part of planted.split(' ')) if (part.length > 3) expect(text).not.toContain(part)
}

const secretsOfSignIn = ['access_token', 'refresh_token', 'code', 'code_verifier', 'client_secret']
const secretsOfRefresh = ['access_token', 'refresh_token', 'sent', 'access before', 'client_secret']

describe.each(disguises)('a secret that a server quotes: %s', (_name, disguise) => {
  it.each(
    secretsOfSignIn.flatMap((secret) => ['scope', 'token_type'].map((place) => [secret, place] as const))
  )('the %s of a sign-in, as %s', async (secret, place) => {
    let planted = ''
    const text = await signIn((sent, nonce) => {
      const tokens = { access_token: fresh('at'), refresh_token: fresh('rt') }
      planted = disguise(String({ ...sent, ...tokens }[secret]))
      return { ...tokens, token_type: 'bearer', id_token: idToken({ nonce }), [place]: planted }
    })
    expect(text).toContain('ana')
    expectHidden(text, planted)
  })

  it.each(
    secretsOfSignIn.flatMap((secret) =>
      ['email', 'preferred_username', 'name', 'sub'].map((place) => [secret, place] as const)
    )
  )('the %s of a sign-in, as %s', async (secret, place) => {
    let planted = ''
    const text = await signIn((sent, nonce) => {
      const tokens = { access_token: fresh('at'), refresh_token: fresh('rt') }
      planted = disguise(String({ ...sent, ...tokens }[secret]))
      return {
        ...tokens,
        token_type: 'bearer',
        scope: 'read',
        id_token: idToken({ nonce, [place]: planted })
      }
    })
    expect(text).toContain('read')
    expectHidden(text, planted)
  })

  it.each(secretsOfRefresh)('the %s of a refresh, as a scope', async (secret) => {
    const before = { access: fresh('before'), refresh: fresh('before') }
    let planted = ''
    const oauth = clientOf({
      '/token': (sent) => {
        const tokens = { access_token: fresh('at'), refresh_token: fresh('rt') }
        const known: Known = { ...sent, ...tokens, sent: before.refresh, 'access before': before.access }
        planted = disguise(String(known[secret]))
        return { ...tokens, token_type: 'bearer', scope: `read ${planted}` }
      }
    })
    const { tokens } = sampleGrant()
    const held = { accessToken: new Secret(before.access), refreshToken: new Secret(before.refresh) }
    const grant = sampleGrant({ provider: fixed, client, tokens: { ...tokens, ...held } })
    const text = shown(await oauth.refresh(grant, () => undefined))
    expect(text).toContain('scopesGranted')
    expectHidden(text, planted)
  })

  it.each(
    ['device_code', 'client_secret'].flatMap((secret) =>
      ['user_code', 'verification_uri', 'verification_uri_complete'].map((place) => [secret, place] as const)
    )
  )('the %s of a sign-in by a code, as %s', async (secret, place) => {
    let planted = ''
    const oauth = clientOf({
      '/device': (sent) => {
        const device = fresh('dc').slice(0, 30)
        planted = disguise(String({ ...sent, device_code: device }[secret]))
        const uri = `${ISSUER}/code`
        const usual = { user_code: 'WDJB-MJHT', verification_uri: uri, verification_uri_complete: uri }
        const own = place === 'user_code' ? planted : `${uri}?code=${planted}`
        return { device_code: device, ...usual, expires_in: 600, [place]: own }
      }
    })
    const text = await oauth
      .beginDevice({ provider: fixed, client, scopes: [], loginHint: null })
      .then(({ prompt }) => shown(prompt), shown)
    expect(text).toMatch(/userCode|PROVIDER_REFUSED/)
    expectHidden(text, planted)
  })

  it('the client secret of a pushed request, as its address', async () => {
    const planted = disguise(CLIENT_SECRET)
    const oauth = clientOf({
      '/.well-known/openid-configuration': metadata,
      '/par': () =>
        Response.json(
          { request_uri: `urn:x:${planted.replaceAll(' ', ':')}`, expires_in: 60 },
          { status: 201 }
        )
    })
    const provider = { ...sampleProvider, clientAuth: 'post' } as const
    const text = await oauth
      .begin({ provider, client, scopes: [], loginHint: null })
      .then(({ url }) => url, shown)
    expect(text).toContain('PROVIDER_UNREACHABLE')
    expectHidden(text, planted)
  })

  it.each(['client_secret', 'registration_access_token'])(
    'the %s of a registration, as its ID',
    async (secret) => {
      let planted = ''
      const oauth = clientOf({
        '/.well-known/oauth-authorization-server': metadata,
        '/register': () => {
          const answer = { client_secret: fresh('cs'), registration_access_token: fresh('rat') }
          planted = disguise(String({ ...answer }[secret]))
          return Response.json({ ...answer, client_id: planted }, { status: 201 })
        }
      })
      const text = shown(
        await oauth
          .registerClient({ issuer: ISSUER, resource: 'https://files.example/mcp' })
          .catch((error: unknown) => error)
      )
      expect(text).toContain('PROVIDER_REFUSED')
      expectHidden(text, planted)
    }
  )

  it.each(['access', 'refresh', 'client'])(
    'the %s of a grant, as a scope that an MCP server wants',
    async (secret) => {
      const known: Known = { access: fresh('at'), refresh: fresh('rt'), client: CLIENT_SECRET }
      const planted = disguise(String(known[secret])).replaceAll('"', '')
      const challenge = `Bearer error="insufficient_scope", scope="files ${planted.replaceAll('\\', '\\\\')}"`
      const oauth = clientOf({
        '/mcp': () => new Response(null, { status: 403, headers: { 'www-authenticate': challenge } })
      })
      const { tokens } = sampleGrant()
      const provider = { ...fixed, mcpServer: `${ISSUER}/mcp` }
      const held = { ...tokens, refreshToken: new Secret(String(known['refresh'])) }
      const grant = sampleGrant({ provider, client, tokens: held })
      const text = shown(await oauth.check(grant, new Secret(String(known['access']))))
      expect(text).toContain('lacks')
      expectHidden(text, planted)
    }
  )

  it.each(
    ['password', 'apikey', 'access_token', 'refresh_token'].flatMap((secret) =>
      ['email', 'id', 'token_type'].map((place) => [secret, place] as const)
    )
  )('the %s of a project, as %s', async (secret, place) => {
    const password = fresh('pw')
    let planted = ''
    const oauth = clientOf({
      '/auth/v1/token': () => {
        const tokens = { access_token: fresh('at'), refresh_token: fresh('rt') }
        planted = disguise(String({ ...tokens, password, apikey: CLIENT_SECRET }[secret]))
        const own = { [place]: planted }
        const user = { id: 'a-1', email: 'ana@example.test', ...own }
        return { ...tokens, user, ...(place === 'token_type' ? own : {}) }
      }
    })
    const endpoints = { kind: 'gotrue', issuer: `${ISSUER}/auth/v1` } as const
    const text = shown(
      await oauth.signInWithPassword({
        provider: { ...sampleProvider, endpoints },
        client,
        email: 'ana@example.test',
        password: new Secret(password)
      })
    )
    expect(text).toContain('ana@example.test')
    expectHidden(text, planted)
  })
})
