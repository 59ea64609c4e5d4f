import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  builtInRow,
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

describe('Google', () => {
  const DRIVE = 'https://www.googleapis.com/auth/drive.readonly'
  const CALENDAR = 'https://www.googleapis.com/auth/calendar.readonly'
  const tokens = { access_token: 'ya29.1', expires_in: 3599, scope: DRIVE, token_type: 'Bearer' }

  it('is asked for offline access and consent, without which there is no refresh token', async () => {
    provider.say({ body: { ...tokens, refresh_token: '1//r' } })
    const { page } = await signInAt(provider, 'google', { scopes: [DRIVE], secret: 'desktop' })
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      access_type: 'offline',
      prompt: 'consent'
    })
  })

  it('gets the secret of a desktop client in the body', async () => {
    provider.say({ body: { ...tokens, refresh_token: '1//r' } })
    await signInAt(provider, 'google', { scopes: [DRIVE], secret: 'desktop' })
    expect(provider.received[0]?.at).toBe('oauth2.googleapis.com/token')
    expect(provider.received[0]?.fields).toMatchObject({ client_id: 'client-1', client_secret: 'desktop' })
    expect(provider.received[0]?.headers).not.toHaveProperty('authorization')
  })

  it('grants what the person left ticked, and no more is noted', async () => {
    provider.say({ body: { ...tokens, refresh_token: '1//r' } })
    const { redeemed } = await signInAt(provider, 'google', { scopes: [DRIVE, CALENDAR], secret: 'desktop' })
    expect(redeemed.scopesGranted).toEqual([DRIVE])
  })

  it('sends no refresh token with a refresh, which is not the end of the old one', async () => {
    provider.say({ body: { ...tokens, refresh_token: '1//r' } }, { body: tokens })
    const { grant } = await signInAt(provider, 'google', { scopes: [DRIVE], secret: 'desktop' })
    const renewed = await provider.oauth.refresh(grant, sent)
    expect(renewed.tokens.refreshToken).toBeNull()
    expect(provider.received[1]?.fields).toMatchObject({ refresh_token: '1//r' })
  })
})

it('Google is told to revoke at an address of its own, once for the whole grant', async () => {
  const tokens = { access_token: 'ya29.1', expires_in: 3599, token_type: 'Bearer', refresh_token: '1//r' }
  provider.say({ body: tokens }, { body: {} }, { body: {} })
  const { grant } = await signInAt(provider, 'google', { secret: 'desktop' })
  await expect(provider.oauth.revoke(grant)).resolves.toBe('yes')
  expect(provider.received[1]).toMatchObject({
    at: 'oauth2.googleapis.com/revoke',
    fields: { token: '1//r' }
  })
})

describe('Microsoft', () => {
  const tokens = {
    token_type: 'Bearer',
    scope: 'User.Read',
    expires_in: 3600,
    ext_expires_in: 3600,
    access_token: 'eyJ.1',
    refresh_token: '0.A1'
  }

  it('sends people back to localhost, which it takes with any port', async () => {
    provider.say({ body: tokens })
    const { page } = await signInAt(provider, 'microsoft', { scopes: ['User.Read', 'offline_access'] })
    expect(page.searchParams.get('redirect_uri')).toMatch(/^http:\/\/localhost:\d+\/callback$/)
  })

  it('may name a tenant in an ID token that was not requested, and the sign-in works', async () => {
    provider.say({ body: { ...tokens, id_token: 'not.a.token' } })
    const { redeemed, page } = await signInAt(provider, 'microsoft', { scopes: ['User.Read'] })
    expect(page.searchParams.has('nonce')).toBe(false)
    expect(revealed(redeemed.tokens.accessToken)).toBe('eyJ.1')
  })

  it('gives a new refresh token at every refresh', async () => {
    provider.say({ body: tokens }, { body: { ...tokens, refresh_token: '0.A2' } })
    const { grant } = await signInAt(provider, 'microsoft', { scopes: ['User.Read'] })
    expect(revealed((await provider.oauth.refresh(grant, sent)).tokens.refreshToken)).toBe('0.A2')
  })

  it('never names offline_access among the scopes it grants; the refresh token says so', async () => {
    provider.say({ body: tokens }, { body: { ...tokens, refresh_token: '0.A2' } })
    const { grant, redeemed } = await signInAt(provider, 'microsoft', {
      scopes: ['User.Read', 'offline_access']
    })
    expect(redeemed.scopesGranted).toEqual(['User.Read', 'offline_access'])
    const renewed = await provider.oauth.refresh(grant, sent)
    expect(renewed.scopesGranted).toEqual(['User.Read', 'offline_access'])
  })

  it('has no address for revoking, and that is said', async () => {
    provider.say({ body: tokens })
    const { grant } = await signInAt(provider, 'microsoft')
    await expect(provider.oauth.revoke(grant)).resolves.toBe('unsupported')
  })
})

describe('Dropbox', () => {
  const tokens = { access_token: 'sl.1', expires_in: 14_400, token_type: 'bearer', uid: '1', account_id: 'a' }

  it('is asked for offline access by a word of its own', async () => {
    provider.say({ body: { ...tokens, refresh_token: 'db-r', scope: 'account_info.read' } })
    const { page, redeemed } = await signInAt(provider, 'dropbox', { scopes: ['account_info.read'] })
    expect(page.searchParams.get('token_access_type')).toBe('offline')
    expect(revealed(redeemed.tokens.refreshToken)).toBe('db-r')
    expect(provider.received[0]?.fields).not.toHaveProperty('client_secret')
  })

  it('sends no refresh token with a refresh', async () => {
    provider.say({ body: { ...tokens, refresh_token: 'db-r' } }, { body: tokens })
    const { grant } = await signInAt(provider, 'dropbox')
    expect((await provider.oauth.refresh(grant, sent)).tokens.refreshToken).toBeNull()
    expect(provider.received[1]?.at).toBe('api.dropboxapi.com/oauth2/token')
  })
})

describe('Spotify', () => {
  const tokens = { access_token: 'BQ1', token_type: 'Bearer', expires_in: 3600, scope: 'user-read-email' }

  it('gets the literal address and never localhost', async () => {
    provider.say({ body: { ...tokens, refresh_token: 'AQ1' } })
    const { page } = await signInAt(provider, 'spotify', { scopes: ['user-read-email'] })
    expect(page.searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  })

  it('sends no refresh token with a refresh since 2026-07-20', async () => {
    provider.say({ body: { ...tokens, refresh_token: 'AQ1' } }, { body: tokens })
    const { grant } = await signInAt(provider, 'spotify', { scopes: ['user-read-email'] })
    expect((await provider.oauth.refresh(grant, sent)).tokens.refreshToken).toBeNull()
  })

  it('rotated before, and a new refresh token is still taken', async () => {
    provider.say({ body: { ...tokens, refresh_token: 'AQ1' } }, { body: { ...tokens, refresh_token: 'AQ2' } })
    const { grant } = await signInAt(provider, 'spotify', { scopes: ['user-read-email'] })
    expect(revealed((await provider.oauth.refresh(grant, sent)).tokens.refreshToken)).toBe('AQ2')
  })
})

describe('Discord', () => {
  const tokens = {
    access_token: 'd1',
    token_type: 'Bearer',
    expires_in: 604_800,
    refresh_token: 'dr1',
    scope: 'identify'
  }

  it('gets forms, because it refuses JSON', async () => {
    provider.say({ body: tokens })
    await signInAt(provider, 'discord', { scopes: ['identify'] })
    expect(provider.received[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(provider.received[0]?.at).toBe('discord.com/api/oauth2/token')
  })

  it('names itself in each answer, as its metadata says, and other answers are refused', async () => {
    const row = builtInRow('discord')
    const redirect = { ...row.redirect, ports: [] }
    const client = { id: 'client-1', secret: null }
    const asked = { provider: { ...row, redirect }, client, scopes: ['identify'], loginHint: null }
    const pending = await provider.oauth.begin(asked)
    try {
      const page = new URL(pending.url)
      const back = new URL(page.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', 'c0de')
      back.searchParams.set('state', page.searchParams.get('state') ?? '')
      expect((await fetch(back)).status).toBe(400)
      back.searchParams.set('iss', 'https://evil.example')
      expect((await fetch(back)).status).toBe(400)
      back.searchParams.set('iss', 'https://discord.com')
      expect((await fetch(back)).status).toBe(200)
    } finally {
      await pending.close()
    }
  })

  it('is told to revoke the refresh token first, which ends the whole authorization', async () => {
    provider.say({ body: tokens }, { body: {} }, { body: {} })
    const { grant } = await signInAt(provider, 'discord', { scopes: ['identify'] })
    await expect(provider.oauth.revoke(grant)).resolves.toBe('yes')
    expect(provider.received[1]).toMatchObject({
      at: 'discord.com/api/oauth2/token/revoke',
      fields: { token: 'dr1' }
    })
  })
})
