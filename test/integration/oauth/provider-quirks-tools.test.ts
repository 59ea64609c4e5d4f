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

const BASIC = `Basic ${Buffer.from('client-1:s3cret').toString('base64')}`

describe('Notion', () => {
  const tokens = { access_token: 'ntn_1', refresh_token: 'nrt_1', token_type: 'bearer', bot_id: 'b' }

  it('gets JSON with the client in a Basic header', async () => {
    provider.say({ body: tokens })
    const { page } = await signInAt(provider, 'notion-oauth', { secret: 's3cret' })
    const [request] = provider.received
    expect(request?.at).toBe('api.notion.com/v1/oauth/token')
    expect(request?.headers['content-type']).toBe('application/json')
    expect(request?.headers.authorization).toBe(BASIC)
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      grant_type: 'authorization_code',
      code: 'c0de',
      redirect_uri: page.searchParams.get('redirect_uri')
    })
    expect(request?.body).not.toContain('s3cret')
  })

  it('gets dashes and underscores of client and secret as they are, and other signs as a form has them', async () => {
    provider.say({ body: tokens })
    await signInAt(provider, 'notion-oauth', { secret: 'secret_a-b.c:d+e f' })
    const header = provider.received[0]?.headers.authorization ?? ''
    expect(Buffer.from(header.replace(/^Basic /, ''), 'base64').toString()).toBe(
      'client-1:secret_a-b.c%3Ad%2Be+f'
    )
  })

  it('is asked for the person and for no scopes', async () => {
    provider.say({ body: tokens })
    const { page } = await signInAt(provider, 'notion-oauth', { secret: 's3cret' })
    expect(page.searchParams.get('owner')).toBe('user')
    expect(page.searchParams.has('scope')).toBe(false)
  })

  it('gets JSON at a refresh and when it is told to revoke', async () => {
    provider.say(
      { body: tokens },
      { body: { ...tokens, refresh_token: 'nrt_2' } },
      { body: {} },
      { body: {} }
    )
    const { grant } = await signInAt(provider, 'notion-oauth', { secret: 's3cret' })
    expect(revealed((await provider.oauth.refresh(grant, sent)).tokens.refreshToken)).toBe('nrt_2')
    await expect(provider.oauth.revoke(grant)).resolves.toBe('yes')
    expect(JSON.parse(provider.received[1]?.body ?? '')).toMatchObject({ refresh_token: 'nrt_1' })
    expect(provider.received[2]?.at).toBe('api.notion.com/v1/oauth/revoke')
    expect(JSON.parse(provider.received[2]?.body ?? '')).toMatchObject({ token: 'nrt_1' })
  })

  it('renews where a refresh token was given and has an unknown end where it was not', async () => {
    provider.say({ body: { access_token: 'ntn_1', token_type: 'bearer' } })
    const { redeemed } = await signInAt(provider, 'notion-oauth', { secret: 's3cret' })
    expect(redeemed.tokens).toMatchObject({ expiry: { kind: 'unknown' }, refreshToken: null })
  })
})

describe('Linear', () => {
  it('is asked with commas between scopes', async () => {
    provider.say({
      body: { access_token: 'lin_1', token_type: 'Bearer', expires_in: 86_399, scope: 'read write' }
    })
    const { page, redeemed } = await signInAt(provider, 'linear-oauth', { scopes: ['read', 'write'] })
    expect(page.searchParams.get('scope')).toBe('read,write')
    expect(redeemed.scopesGranted).toEqual(['read', 'write'])
    expect(provider.received[0]?.at).toBe('api.linear.app/oauth/token')
    expect(provider.received[0]?.fields).not.toHaveProperty('client_secret')
  })
})

it('Linear brings a new refresh token at each refresh', async () => {
  const tokens = { access_token: 'lin_1', token_type: 'Bearer', expires_in: 86_399, refresh_token: 'r1' }
  provider.say({ body: tokens }, { body: { ...tokens, refresh_token: 'r2' } })
  const { grant } = await signInAt(provider, 'linear-oauth', { scopes: ['read'] })
  expect(revealed((await provider.oauth.refresh(grant, sent)).tokens.refreshToken)).toBe('r2')
})

describe('Figma', () => {
  const tokens = { access_token: 'figu_1', refresh_token: 'figur_1', expires_in: 7_776_000, user_id: 1 }

  it('gets the client in a Basic header', async () => {
    provider.say({ body: tokens })
    await signInAt(provider, 'figma-oauth', { scopes: ['current_user:read'], secret: 's3cret' })
    expect(provider.received[0]?.headers.authorization).toBe(BASIC)
    expect(provider.received[0]?.at).toBe('api.figma.com/v1/oauth/token')
  })

  it('refreshes at an address of its own and sends no refresh token', async () => {
    provider.say({ body: tokens }, { body: { access_token: 'figu_2', expires_in: 7_776_000 } })
    const { grant } = await signInAt(provider, 'figma-oauth', { secret: 's3cret' })
    const renewed = await provider.oauth.refresh(grant, sent)
    expect(provider.received[1]?.at).toBe('api.figma.com/v1/oauth/refresh')
    expect(provider.received[1]?.headers.authorization).toBe(BASIC)
    expect(revealed(renewed.tokens.accessToken)).toBe('figu_2')
    expect(renewed.tokens.refreshToken).toBeNull()
  })
})
