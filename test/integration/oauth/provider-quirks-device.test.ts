import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ScriptedAnswer,
  type ScriptedProvider,
  builtInRow,
  grantOf,
  revealed,
  startScriptedProvider
} from '../../support/scripted-provider.ts'
import type { DeviceAuthorization } from '../../../src-main/core/oauth-client.ts'

let provider: ScriptedProvider

beforeEach(async () => {
  provider = await startScriptedProvider()
})
afterEach(() => provider.close())

const code = (verification_uri: string, more: object = {}): ScriptedAnswer => ({
  body: { device_code: 'dc-1', user_code: 'WDJB-MJHT', verification_uri, expires_in: 899, ...more }
})

/** Asks for a code at a built-in row, without a client secret. */
async function begin(id: string, scopes: readonly string[] = []): Promise<DeviceAuthorization> {
  const client = { id: 'client-1', secret: null }
  return await provider.oauth.beginDevice({ provider: builtInRow(id), client, scopes, loginHint: null })
}

describe('GitHub, by a code', () => {
  const page = 'https://github.com/login/device'

  it('needs no client secret, and answers in JSON because it is asked to', async () => {
    provider.say(code(page, { interval: 5 }), {
      body: { access_token: 'gho_1', token_type: 'bearer', scope: 'repo,gist' }
    })
    const device = await begin('github', ['repo', 'gist'])
    expect(device.prompt).toMatchObject({ userCode: 'WDJB-MJHT', verificationUri: page })
    expect(provider.received[0]?.at).toBe('github.com/login/device/code')
    expect(provider.received[0]?.headers.accept).toBe('application/json')
    const answer = await device.ask()
    if (answer.kind !== 'granted') throw new Error('Nothing was granted')
    expect(revealed(answer.grant.tokens.accessToken)).toBe('gho_1')
    expect(answer.grant.scopesGranted).toEqual(['repo', 'gist'])
    for (const { fields } of provider.received) {
      expect(fields).toMatchObject({ client_id: 'client-1' })
      expect(fields).not.toHaveProperty('client_secret')
    }
    device.close()
  })

  it.each([
    [429, '{"error":"slow_down"}'],
    [429, 'Too many requests'],
    [400, '{"error":"slow_down"}']
  ])('is asked more slowly from then on after %i, and not before Retry-After', async (status, body) => {
    provider.say(code(page, { interval: 5 }), { status, body, headers: { 'retry-after': '17' } })
    const device = await begin('github')
    expect(await device.ask()).toEqual({ kind: 'slow-down', intervalMs: null, retryAfterMs: 17_000 })
    device.close()
  })

  it('says with status 200 that the sign-in is pending, and to slow down to a pause it names', async () => {
    provider.say(
      code(page, { interval: 5 }),
      { body: { error: 'authorization_pending', error_description: 'x' } },
      { body: { error: 'slow_down', interval: 10 } }
    )
    const device = await begin('github')
    expect(device.intervalMs).toBe(5000)
    expect(await device.ask()).toEqual({ kind: 'pending' })
    expect(await device.ask()).toEqual({ kind: 'slow-down', intervalMs: 10_000, retryAfterMs: null })
    device.close()
  })

  it('says with status 200 that the box “Enable Device Flow” was not ticked', async () => {
    provider.say({ body: { error: 'device_flow_disabled' } })
    await expect(begin('github')).rejects.toMatchObject({ code: 'CLIENT_REFUSED' })
  })

  it.each([
    ['access_denied', 'SIGN_IN_DENIED'],
    ['expired_token', 'SIGN_IN_TIMED_OUT'],
    ['token_expired', 'SIGN_IN_TIMED_OUT'],
    ['incorrect_device_code', 'PROVIDER_REFUSED']
  ])('ends by %s with status 200 as %s', async (error, problem) => {
    provider.say(code(page), { body: { error } })
    const device = await begin('github-app')
    await expect(device.ask()).rejects.toMatchObject({ code: problem })
    device.close()
  })
})

describe('a grant of GitHub that a code brought', () => {
  const page = 'https://github.com/login/device'
  const expiring = {
    token_type: 'bearer',
    expires_in: 28_800,
    refresh_token: 'ghr_1',
    refresh_token_expires_in: 15_897_600
  }

  it.each([
    ['github', 'gho_1', ['repo', 'offline_access'], 'repo'],
    ['github-app', 'ghu_1', [], '']
  ])('%s: is renewed without a secret', async (id, token, scopes, scope) => {
    provider.say(
      code(page),
      { body: { ...expiring, access_token: token, scope } },
      { body: { ...expiring, access_token: `${token}2`, refresh_token: 'ghr_2', scope } }
    )
    const device = await begin(id, scopes)
    const answer = await device.ask()
    device.close()
    if (answer.kind !== 'granted') throw new Error('Nothing was granted')
    expect(answer.grant.scopesGranted).toEqual(scopes)
    const client = { id: 'client-1', secret: null }
    const grant = grantOf(builtInRow(id), answer.grant, { scopes, client })
    const { tokens } = await provider.oauth.refresh(grant, () => undefined)
    expect([revealed(tokens.accessToken), revealed(tokens.refreshToken)]).toEqual([`${token}2`, 'ghr_2'])
    expect(provider.received[2]?.fields).toMatchObject({
      grant_type: 'refresh_token',
      client_id: 'client-1',
      refresh_token: 'ghr_1'
    })
    expect(provider.received[2]?.fields).not.toHaveProperty('client_secret')
  })
})

describe('another provider, by a code', () => {
  it.each([
    ['github-app', 'github.com/login/device/code', 'https://github.com/login/device'],
    ['gitlab-oauth', 'gitlab.com/oauth/authorize_device', 'https://gitlab.com/oauth/device'],
    ['huggingface-oauth', 'huggingface.co/oauth/device', 'https://huggingface.co/device'],
    ['sentry-oauth', 'sentry.io/oauth/device/code/', 'https://sentry.io/oauth/device/'],
    [
      'microsoft',
      'login.microsoftonline.com/common/oauth2/v2.0/devicecode',
      'https://microsoft.com/devicelogin'
    ]
  ])('%s is asked at %s and sends people to %s', async (id, at, page) => {
    provider.say(code(page))
    const device = await begin(id)
    expect(provider.received[0]?.at).toBe(at)
    expect(device.prompt.verificationUri).toBe(page)
    device.close()
  })

  it('of Microsoft has a word of its own for a person who says no', async () => {
    provider.say(code('https://microsoft.com/devicelogin'), {
      status: 400,
      body: { error: 'authorization_declined' }
    })
    const device = await begin('microsoft')
    await expect(device.ask()).rejects.toMatchObject({ code: 'SIGN_IN_DENIED' })
    device.close()
  })

  it.each(['google', 'slack-oauth', 'notion-oauth', 'spotify'])(
    '%s offers no sign-in by a code',
    async (id) => {
      await expect(provider.oauth.offersDevice(builtInRow(id))).resolves.toBe(false)
      await expect(begin(id)).rejects.toMatchObject({ code: 'CLIENT_REFUSED' })
      expect(provider.received).toEqual([])
    }
  )
})
