import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

describe('Slack', () => {
  const tokens = {
    ok: true,
    access_token: 'xoxb-of-the-bot',
    token_type: 'bot',
    scope: 'commands',
    authed_user: {
      id: 'U1',
      scope: 'users:read,chat:write',
      access_token: 'xoxe.xoxp-1',
      refresh_token: 'xoxe-1',
      expires_in: 43_200,
      token_type: 'user'
    }
  }
  const scopes = ['users:read', 'chat:write']

  it('is asked for scopes of the person, with commas, and for none of a bot', async () => {
    provider.say({ body: tokens })
    const { page } = await signInAt(provider, 'slack-oauth', { scopes })
    expect(page.searchParams.get('user_scope')).toBe('users:read,chat:write')
    expect(page.searchParams.has('scope')).toBe(false)
  })

  it('holds the person’s token in authed_user, and the bot’s above it is left', async () => {
    provider.say({ body: tokens })
    const { redeemed } = await signInAt(provider, 'slack-oauth', { scopes })
    expect(revealed(redeemed.tokens.accessToken)).toBe('xoxe.xoxp-1')
    expect(revealed(redeemed.tokens.refreshToken)).toBe('xoxe-1')
    expect(redeemed.tokens.tokenType).toBe('user')
    expect(redeemed.scopesGranted).toEqual(scopes)
    expect(provider.received[0]?.fields).not.toHaveProperty('client_secret')
  })

  it('answers a refresh with the token at the top', async () => {
    const renewed = { ok: true, access_token: 'xoxe.xoxp-2', refresh_token: 'xoxe-2', expires_in: 43_200 }
    provider.say({ body: tokens }, { body: renewed })
    const { grant } = await signInAt(provider, 'slack-oauth', { scopes })
    const { tokens: next } = await provider.oauth.refresh(grant, sent)
    expect([revealed(next.accessToken), revealed(next.refreshToken)]).toEqual(['xoxe.xoxp-2', 'xoxe-2'])
  })

  it.each(['invalid_refresh_token', 'token_revoked', 'account_inactive'])(
    'ends a grant by %s with ok false and status 200',
    async (error) => {
      provider.say({ body: tokens }, { body: { ok: false, error } })
      const { grant } = await signInAt(provider, 'slack-oauth', { scopes })
      await expect(provider.oauth.refresh(grant, sent)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
    }
  )

  it.each(['ratelimited', 'internal_error', 'service_unavailable', 'fatal_error'])(
    'tells nothing about the grant by %s',
    async (error) => {
      provider.say({ body: tokens }, { body: { ok: false, error } })
      const { grant } = await signInAt(provider, 'slack-oauth', { scopes })
      await expect(provider.oauth.refresh(grant, sent)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    }
  )

  it('refuses by ok false even when a token stands beside it', async () => {
    provider.say({ body: { ...tokens, ok: false, error: 'bad_client_secret' } })
    await expect(signInAt(provider, 'slack-oauth', { scopes })).rejects.toMatchObject({
      code: 'CLIENT_REFUSED',
      message: expect.stringContaining('client secret')
    })
  })

  it('never expires without token rotation', async () => {
    const { access_token, scope, token_type } = tokens.authed_user
    provider.say({ body: { ok: true, authed_user: { access_token, scope, token_type } } })
    const { redeemed } = await signInAt(provider, 'slack-oauth', { scopes })
    expect(redeemed.tokens).toMatchObject({ expiry: { kind: 'never' }, refreshToken: null })
  })
})

describe('Atlassian', () => {
  const tokens = {
    access_token: 'at1',
    refresh_token: 'rt1',
    expires_in: 3600,
    scope: 'read:me offline_access',
    token_type: 'Bearer'
  }
  const wish = { scopes: ['read:me', 'offline_access'], secret: 's3cret' }

  it('is named its audience, and asked for consent each time', async () => {
    provider.say({ body: tokens })
    const { page } = await signInAt(provider, 'atlassian', wish)
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      audience: 'api.atlassian.com',
      prompt: 'consent'
    })
  })

  it('ends a grant by invalid_grant with status 403', async () => {
    provider.say({ body: tokens }, { status: 403, body: { error: 'invalid_grant' } })
    const { grant } = await signInAt(provider, 'atlassian', wish)
    await expect(provider.oauth.refresh(grant, sent)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
  })

  it('says access_denied of a wrong secret, which is no denial by the person and no end of the grant', async () => {
    provider.say({ body: tokens }, { status: 401, body: { error: 'access_denied' } })
    const { grant } = await signInAt(provider, 'atlassian', wish)
    await expect(provider.oauth.refresh(grant, sent)).rejects.toMatchObject({
      code: 'CLIENT_REFUSED',
      message: expect.stringContaining('client secret')
    })
  })

  it('rotates its refresh token', async () => {
    provider.say({ body: tokens }, { body: { ...tokens, refresh_token: 'rt2' } })
    const { grant } = await signInAt(provider, 'atlassian', wish)
    expect(revealed((await provider.oauth.refresh(grant, sent)).tokens.refreshToken)).toBe('rt2')
  })
})
