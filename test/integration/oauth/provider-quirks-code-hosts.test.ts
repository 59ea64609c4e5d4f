import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { providerDirectory } from '../../../src-main/oauth/providers/providers.ts'
import {
  type ScriptedProvider,
  revealed,
  signInAt,
  startScriptedProvider
} from '../../support/scripted-provider.ts'

let provider: ScriptedProvider
const sent = (): void => undefined

beforeEach(async () => {
  provider = await startScriptedProvider()
})
afterEach(() => provider.close())

const githubTokens = {
  access_token: 'ghu_1',
  expires_in: 28_800,
  refresh_token: 'ghr_1',
  refresh_token_expires_in: 15_897_600,
  scope: '',
  token_type: 'bearer'
}

describe('GitHub', () => {
  it('is asked for JSON and its commas between scopes are read', async () => {
    provider.say({ body: { access_token: 'gho_1', scope: 'read:user,repo', token_type: 'bearer' } })
    const { page, redeemed } = await signInAt(provider, 'github', {
      scopes: ['read:user', 'repo'],
      secret: 's3cret'
    })
    expect(page.searchParams.get('scope')).toBe('read:user repo')
    expect(provider.received[0]?.at).toBe('github.com/login/oauth/access_token')
    expect(provider.received[0]?.headers.accept).toBe('application/json')
    expect(provider.received[0]?.fields).toMatchObject({ client_secret: 's3cret', code: 'c0de' })
    expect(redeemed.scopesGranted).toEqual(['read:user', 'repo'])
    expect(redeemed.tokens.expiry).toEqual({ kind: 'never' })
  })

  it('names a wrong client secret by a word of its own in an answer with status 200', async () => {
    provider.say({ body: { error: 'incorrect_client_credentials', error_description: 'x' } })
    await expect(signInAt(provider, 'github', { secret: 'wrong' })).rejects.toMatchObject({
      code: 'CLIENT_REFUSED',
      message: expect.stringContaining('client secret')
    })
  })

  it('gets PKCE although it is optional there', async () => {
    provider.say({ body: { access_token: 'gho_1', token_type: 'bearer' } })
    const { page } = await signInAt(provider, 'github', { secret: 's3cret' })
    expect(page.searchParams.get('code_challenge_method')).toBe('S256')
    expect(provider.received[0]?.fields['code_verifier']).toMatch(/^[\w-]{43}$/)
  })
})

it.each(['github', 'github-app'])('%s has no address for revoking, and that is said', async (id) => {
  provider.say({ body: githubTokens })
  const { grant } = await signInAt(provider, id, { secret: 's3cret' })
  await expect(provider.oauth.revoke(grant)).resolves.toBe('unsupported')
  expect(provider.received).toHaveLength(1)
})

describe('GitHub, with tokens that expire', () => {
  const wish = { scopes: ['repo', 'offline_access'], secret: 's3cret' }
  const tokens = { ...githubTokens, access_token: 'gho_1', scope: 'repo' }

  it('grants offline_access by a refresh token and never by name, which is no scope that was withheld', async () => {
    provider.say({ body: tokens })
    const { page, redeemed } = await signInAt(provider, 'github', wish)
    expect(page.searchParams.get('scope')).toBe('repo offline_access')
    expect(redeemed.scopesGranted).toEqual(['repo', 'offline_access'])
    expect(redeemed.tokens.expiry.kind).toBe('at')
  })

  it('rotates both at a refresh, and is told of no scopes there', async () => {
    provider.say({ body: tokens }, { body: { ...tokens, access_token: 'gho_2', refresh_token: 'ghr_2' } })
    const { grant } = await signInAt(provider, 'github', wish)
    const renewed = await provider.oauth.refresh(grant, sent)
    expect(revealed(renewed.tokens.refreshToken)).toBe('ghr_2')
    expect(renewed.scopesGranted).toEqual(['repo', 'offline_access'])
    expect(provider.received[1]?.fields).toMatchObject({ client_secret: 's3cret', refresh_token: 'ghr_1' })
    expect(provider.received[1]?.fields).not.toHaveProperty('scope')
  })

  it('may give a token without an end all the same, and then offline_access was withheld', async () => {
    provider.say({ body: { access_token: 'gho_1', token_type: 'bearer', scope: 'repo' } })
    const { redeemed } = await signInAt(provider, 'github', wish)
    expect(redeemed.scopesGranted).toEqual(['repo'])
    expect(redeemed.tokens).toMatchObject({ expiry: { kind: 'never' }, refreshToken: null })
  })
})

describe('GitHub App', () => {
  it('asks for no scopes, because permissions stand in the app', async () => {
    provider.say({ body: githubTokens })
    const { page } = await signInAt(provider, 'github-app', { secret: 's3cret' })
    expect(page.searchParams.has('scope')).toBe(false)
  })

  it('rotates both tokens at a refresh', async () => {
    provider.say(
      { body: githubTokens },
      { body: { ...githubTokens, access_token: 'ghu_2', refresh_token: 'ghr_2' } }
    )
    const { grant } = await signInAt(provider, 'github-app', { secret: 's3cret' })
    const { tokens } = await provider.oauth.refresh(grant, sent)
    expect([revealed(tokens.accessToken), revealed(tokens.refreshToken)]).toEqual(['ghu_2', 'ghr_2'])
    expect(provider.received[1]?.fields).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'ghr_1'
    })
  })

  it('renews without a secret what a code brought', async () => {
    provider.say({ body: githubTokens }, { body: { ...githubTokens, refresh_token: 'ghr_2' } })
    const { grant } = await signInAt(provider, 'github-app', { secret: 's3cret' })
    await provider.oauth.refresh({ ...grant, client: { ...grant.client, secret: null } }, sent)
    expect(provider.received[1]?.fields).toMatchObject({ client_id: 'client-1' })
    expect(provider.received[1]?.fields).not.toHaveProperty('client_secret')
  })

  it('ends a grant by bad_refresh_token in an answer with status 200', async () => {
    provider.say({ body: githubTokens }, { body: { error: 'bad_refresh_token' } })
    const { grant } = await signInAt(provider, 'github-app', { secret: 's3cret' })
    await expect(provider.oauth.refresh(grant, sent)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
  })

  it('never expires where the app has opted out of expiry', async () => {
    provider.say({ body: { access_token: 'ghu_1', token_type: 'bearer', scope: '' } })
    const { redeemed } = await signInAt(provider, 'github-app', { secret: 's3cret' })
    expect(redeemed.tokens).toMatchObject({ expiry: { kind: 'never' }, refreshToken: null })
  })
})

describe('GitLab.com', () => {
  const tokens = {
    access_token: 'glat_1',
    token_type: 'Bearer',
    expires_in: 7200,
    refresh_token: 'glrt_1',
    scope: 'read_user',
    created_at: 1_607_635_748
  }

  it('signs in without a secret and reads the answer although it says when it was made', async () => {
    provider.say({ body: tokens })
    const { redeemed } = await signInAt(provider, 'gitlab-oauth', { scopes: ['read_user'] })
    expect(provider.received[0]?.at).toBe('gitlab.com/oauth/token')
    expect(provider.received[0]?.fields).not.toHaveProperty('client_secret')
    expect(revealed(redeemed.tokens.refreshToken)).toBe('glrt_1')
  })

  it('is sent the redirect URI again at a refresh', async () => {
    provider.say({ body: tokens }, { body: { ...tokens, refresh_token: 'glrt_2' } })
    const { grant } = await signInAt(provider, 'gitlab-oauth', { scopes: ['read_user'] })
    await provider.oauth.refresh(grant, sent)
    expect(provider.received[1]?.fields).toMatchObject({
      refresh_token: 'glrt_1',
      redirect_uri: 'http://127.0.0.1/callback'
    })
  })

  it('revokes at its own address', async () => {
    provider.say({ body: tokens }, { body: {} }, { body: {} })
    const { grant } = await signInAt(provider, 'gitlab-oauth')
    await expect(provider.oauth.revoke(grant)).resolves.toBe('yes')
    expect(provider.received[1]).toMatchObject({
      at: 'gitlab.com/oauth/revoke',
      fields: { token: 'glrt_1', client_id: 'client-1' }
    })
  })
})

describe('a GitLab of a person’s own', () => {
  const base = 'https://git.example.net'
  const scopes = ['read_user', 'read_repository', 'openid']
  const metadata = {
    issuer: base,
    authorization_endpoint: `${base}/oauth/authorize`,
    token_endpoint: `${base}/oauth/token`,
    revocation_endpoint: `${base}/oauth/revoke`,
    code_challenge_methods_supported: ['plain', 'S256'],
    scopes_supported: scopes
  }
  const tokens = { access_token: 'a1', token_type: 'Bearer', expires_in: 7200, refresh_token: 'r1' }

  it('is known by its scopes, is sent the redirect URI again, and rotates', async () => {
    const row = providerDirectory().custom({
      issuer: base,
      namesIssuer: false,
      name: 'Git',
      scopes,
      isTaken: () => false
    })
    provider.say({ body: metadata }, { body: tokens })
    const { page, grant } = await signInAt(provider, row, { scopes: ['read_user'] })
    expect(page.searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback/)
    provider.say({ body: { ...tokens, access_token: 'a2', refresh_token: 'r2' } })
    const renewed = await provider.oauth.refresh(grant, sent)
    expect(revealed(renewed.tokens.refreshToken)).toBe('r2')
    const last = provider.received.at(-1)
    expect(last?.at).toBe('git.example.net/oauth/token')
    expect(last?.fields).toMatchObject({
      refresh_token: 'r1',
      redirect_uri: expect.stringMatching(/callback/)
    })
    expect(last?.fields).not.toHaveProperty('client_secret')
    expect(row.refresh.rotates).toBe(true)
  })
})

describe('Hugging Face', () => {
  it('signs a public app in without a secret, at any port of 127.0.0.1', async () => {
    provider.say({ body: { access_token: 'hf_oauth_1', token_type: 'bearer', expires_in: 28_800 } })
    const { page } = await signInAt(provider, 'huggingface-oauth', { scopes: ['read-repos'] })
    expect(page.searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    expect(provider.received[0]?.fields).not.toHaveProperty('client_secret')
  })
})

describe('Sentry', () => {
  it('is asked at addresses that end with a slash', async () => {
    provider.say({ body: { access_token: 'sntryu_1', token_type: 'bearer', refresh_token: 'r1' } })
    const { page } = await signInAt(provider, 'sentry-oauth', { secret: 's3cret', scopes: ['org:read'] })
    expect(page.pathname).toBe('/oauth/authorize/')
    expect(provider.received[0]?.at).toBe('sentry.io/oauth/token/')
  })
})
