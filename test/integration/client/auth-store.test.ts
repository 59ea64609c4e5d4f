// The twelve tests of document 001 and the examples of documents 000 and 002, translated, over a vault in a process of its own.
import type { CredentialPage } from '#shared/credential-list.ts'
import { unpack } from '#shared/packed-list.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ApprovalRequired, AuthenticationRequired, type Latchkey } from '../../../src-main/client.ts'
import { allowedToken, connectTo } from '../../support/client-world.ts'
import { UseWorld } from '../../support/use-world.ts'

let world: UseWorld
let auth: Latchkey
beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: ['registry'] })
  auth = await connectTo(world)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world.end()
})

const token = (service: string, scope?: string): Promise<string> =>
  allowedToken(world, auth, service, scope === undefined ? {} : { scope })

/** The class and the text of the error that the promise ends with. */
async function failure(promise: Promise<unknown>): Promise<readonly [unknown, string]> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason
  )
  return error instanceof Error ? [error.constructor, error.message] : [error, '']
}

describe('the twelve tests of the AuthStore', () => {
  it('test_set_and_get_token', async () => {
    await auth.setToken('test', { accessToken: 'test_token_123', expiresIn: 3600 })
    expect(await token('test')).toBe('test_token_123')
  })

  it('test_set_token_with_refresh', async () => {
    await auth.setToken('test-refresh', {
      accessToken: 'access_123',
      refreshToken: 'refresh_456',
      expiresIn: 3600
    })
    expect(await token('test-refresh')).toBe('access_123')
  })

  it('test_missing_token_raises_error', async () => {
    expect(await failure(auth.getToken('nonexistent_service'))).toEqual([
      AuthenticationRequired,
      'No authentication token for nonexistent_service'
    ])
  })

  it('test_is_authenticated', async () => {
    await auth.setToken('known', { accessToken: 'test_token', expiresIn: 3600 })
    expect([await auth.isAuthenticated('known'), await auth.isAuthenticated('missing')]).toEqual([
      true,
      false
    ])
  })

  it('test_cache_metadata', async () => {
    const before = Date.now()
    await auth.setToken('cached', { accessToken: 'a_token_1', expiresIn: 3600, scopes: ['read', 'write'] })
    const metadata = auth.getCachedMetadata('cached')
    expect(metadata).toMatchObject({ account: 'default', scopes: ['read', 'write'], isRenewable: false })
    const seconds = (Date.parse(metadata?.expiresAt ?? '') - before) / 1000
    expect(seconds).toBeGreaterThan(3590)
    expect(seconds).toBeLessThan(3660)
    expect(auth.getCachedMetadata('never-asked')).toBeNull()
  })

  it('test_clear_token', async () => {
    await auth.setToken('cleared', { accessToken: 'a_token_2' })
    expect(await auth.clearToken('cleared')).toBe(true)
    expect(await auth.isAuthenticated('cleared')).toBe(false)
    expect(auth.getCachedMetadata('cleared')).toBeNull()
    expect((await failure(auth.getToken('cleared')))[0]).toBe(AuthenticationRequired)
    expect(await auth.clearToken('cleared')).toBe(false)
  })

  it('test_expired_token_without_refresh', async () => {
    await auth.setToken('expired', { accessToken: 'a_token_3', expiresIn: -1 })
    expect(await auth.isAuthenticated('expired')).toBe(false)
    expect(await failure(token('expired'))).toEqual([
      AuthenticationRequired,
      'Token expired and refresh failed'
    ])
  })

  it('test_scope_validation', async () => {
    await auth.setToken('supabase', { accessToken: 'a_token_4', scopes: ['registry:read'] })
    expect(await token('supabase', 'registry:read')).toBe('a_token_4')
    expect(await failure(token('supabase', 'registry:write'))).toEqual([
      AuthenticationRequired,
      'Token for supabase does not have required scope: registry:write'
    ])
    expect([
      await auth.isAuthenticated('supabase', { scope: 'registry:read' }),
      await auth.isAuthenticated('supabase', { scope: 'registry:write' })
    ]).toEqual([true, false])
  })

  it('test_token_caching', async () => {
    await auth.setToken('twice', { accessToken: 'a_token_5' })
    expect([await token('twice'), await token('twice')]).toEqual(['a_token_5', 'a_token_5'])
    // Only metadata is kept: a new token is seen at once.
    await auth.setToken('twice', { accessToken: 'a_token_6' })
    expect(await token('twice')).toBe('a_token_6')
  })

  it('test_multiple_services', async () => {
    await auth.setToken('service-a', { accessToken: 'a_token_7' })
    await auth.setToken('service-b', { accessToken: 'a_token_8' })
    expect([await token('service-a'), await token('service-b')]).toEqual(['a_token_7', 'a_token_8'])
    await auth.clearToken('service-a')
    expect([await auth.isAuthenticated('service-a'), await auth.isAuthenticated('service-b')]).toEqual([
      false,
      true
    ])
  })

  it('test_refresh_not_implemented', async () => {
    await auth.setToken('no-refresh', { accessToken: 'a_token_9', refreshToken: 'refresh_9', expiresIn: 0 })
    expect(auth.getCachedMetadata('no-refresh')).toMatchObject({ isRenewable: false })
    expect(await failure(token('no-refresh'))).toEqual([
      AuthenticationRequired,
      'Token expired and refresh failed'
    ])
  })

  it('test_metadata_does_not_expose_tokens', async () => {
    const secrets = { accessToken: 'access_is_secret_10', refreshToken: 'refresh_is_secret_10' }
    await auth.setToken('secret', { ...secrets, scopes: ['read'] })
    await auth.isAuthenticated('secret')
    const shown = JSON.stringify(auth.getCachedMetadata('secret'))
    expect(shown).toContain('read')
    expect(shown).not.toContain('is_secret')
  })
})

describe('the examples of documents 000 and 002', () => {
  it('store a token with scopes, and get it for one of them', async () => {
    await auth.setToken('registry', {
      accessToken: 'eyJhbGciOiJIUzI1NiIs',
      refreshToken: 'your_refresh_token',
      expiresIn: 3600,
      scopes: ['registry:read', 'registry:write']
    })
    expect(await token('registry', 'registry:read')).toBe('eyJhbGciOiJIUzI1NiIs')
    expect(await token('registry', 'registry:write')).toBe('eyJhbGciOiJIUzI1NiIs')
  })

  it('use the token in an HTTP request, which the vault sends for one of its scopes', async () => {
    const list = () => auth.request('registry', `${world.origin}/tools`, { scope: 'registry:read' })
    await expect(list()).rejects.toBeInstanceOf(ApprovalRequired)
    expect(await world.answer('10-minutes', true)).toMatchObject({ scope: 'registry:read', path: '/tools' })
    expect(await (await list()).json()).toEqual({ ok: true })
    expect(world.seen).toMatchObject([
      { method: 'GET', path: '/tools', headers: { authorization: 'Bearer eyJhbGciOiJIUzI1NiIs' } }
    ])
  })

  it('tell success, a missing sign-in and a fault apart, as the executor does', async () => {
    const execute = async (service: string, scope: string) => {
      try {
        const { status } = await auth.request(service, `${world.origin}/tools`, { scope })
        return { success: status < 400, metadata: {}, error: null }
      } catch (error) {
        const isAuth = error instanceof AuthenticationRequired
        return { success: false, metadata: { auth_required: isAuth }, error: (error as Error).message }
      }
    }
    expect(await execute('registry', 'registry:read')).toEqual({ success: true, metadata: {}, error: null })
    expect(await execute('private_tool', 'api:write')).toEqual({
      success: false,
      metadata: { auth_required: true },
      error: 'No authentication token for private_tool'
    })
    expect(await execute('test', 'any')).toMatchObject({ success: false, metadata: { auth_required: false } })
  })

  it('store an API key for a year, which is sent to the hosts that are known of its service', async () => {
    await auth.setToken('stripe', { accessToken: 'sk_live_abc123', expiresIn: 31_536_000 })
    expect(await token('stripe')).toBe('sk_live_abc123')
    const page = await world.asTerminal((vault) => vault.ask('listCredentials'))
    const credentials = unpack((page as CredentialPage).credentials)
    expect(credentials.find(({ service }) => service === 'stripe')?.allowedHosts).toEqual(['api.stripe.com'])
    expect(credentials.find(({ service }) => service === 'registry')?.allowedHosts).toEqual([])
  })

  it('tell a missing token by its class', async () => {
    let hint = ''
    try {
      await auth.getToken('missing_service')
    } catch (error) {
      if (error instanceof AuthenticationRequired) hint = 'Please sign in.'
    }
    expect(hint).toBe('Please sign in.')
  })

  it('log out', async () => {
    await auth.clearToken('supabase')
    expect(await auth.isAuthenticated('supabase')).toBe(false)
  })
})
