import { inspect } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Credential, OAuthGrant } from '../credential-record.ts'
import { HOUR, MINUTE } from './lifetime.ts'
import { Secret as SecretText } from '../secret.ts'
import { START, sampleKey, sampleTokens } from '../testing/samples.ts'
import { failure, ref, text, unreachable, TokenWorld } from './token-service.testkit.ts'

let world: TokenWorld
let clock: TokenWorld['clock']
let repository: TokenWorld['repository']
let oauth: TokenWorld['oauth']
let tokens: TokenWorld['tokens']

beforeEach(() => {
  world = new TokenWorld()
  ;({ clock, repository, oauth, tokens } = world)
})

const stored: TokenWorld['stored'] = (change) => world.stored(change)

describe('the key that tokens are bound to', () => {
  it('is that of the grant, where the provider has bound its tokens', async () => {
    const dpopKey = new SecretText('the key')
    await stored({ tokens: sampleTokens({ dpopKey, tokenType: 'dpop' }) })
    expect(await tokens.proofKey(ref)).toBe(dpopKey)
    await stored({ tokens: sampleTokens({ dpopKey, tokenType: 'Bearer' }) })
    expect(await tokens.proofKey(ref)).toBeNull()
    await repository.save(sampleKey())
    expect(await tokens.proofKey(sampleKey().ref)).toBeNull()
    expect(await tokens.proofKey({ service: 'no', account: 'entry' })).toBeNull()
  })
})

describe('what the AuthStore design promised', () => {
  it('hands out a token that was stored', async () => {
    await stored()
    expect(text(await tokens.getToken(ref))).toBe('access-1')
  })

  it('hands out a token that was stored with a refresh token, and spends nothing while it is fresh', async () => {
    await stored()
    clock.jump(50 * MINUTE)
    expect(text(await tokens.getToken(ref))).toBe('access-1')
    expect(oauth.spent).toEqual([])
  })

  it('asks for a sign-in when there is no token', async () => {
    const error = await failure(tokens.getToken(ref))
    expect(error.code).toBe('SIGN_IN_REQUIRED')
    expect(error.message).toContain('no sign-in for sso.example.net (alice) yet')
  })

  it('knows whether a service is authenticated without opening the keychain', async () => {
    await stored()
    expect(tokens.isAuthenticated(ref)).toBe(true)
    expect(tokens.isAuthenticated({ service: 'other', account: 'alice' })).toBe(false)
    expect(repository.loads).toBe(0)
  })

  it('counts an expired sign-in as authenticated while it can be renewed', async () => {
    await stored()
    clock.jump(2 * HOUR)
    expect(tokens.isAuthenticated(ref)).toBe(true)
    await stored({ tokens: sampleTokens({ refreshToken: null }) })
    expect(tokens.isAuthenticated(ref)).toBe(false)
  })

  it('tells the metadata of a token from the catalog alone', async () => {
    await stored()
    expect(tokens.cachedMetadata(ref)).toEqual({
      expiresAt: new Date(START.getTime() + HOUR),
      scopes: ['openid', 'registry:read'],
      createdAt: START,
      hasRefreshToken: true
    })
    expect(repository.loads).toBe(0)
  })

  it('forgets a token that was cleared, and does not mind clearing it again', async () => {
    await stored()
    expect(await tokens.exclusively(ref, () => repository.remove(ref))).toBe(true)
    expect(await tokens.exclusively(ref, () => repository.remove(ref))).toBe(false)
    expect((await failure(tokens.getToken(ref))).code).toBe('SIGN_IN_REQUIRED')
    expect(tokens.cachedMetadata(ref)).toBeNull()
  })

  it('asks for a sign-in when a token has expired and there is no refresh token', async () => {
    await stored({ tokens: sampleTokens({ refreshToken: null }) })
    clock.jump(HOUR)
    const error = await failure(tokens.getToken(ref))
    expect(error.code).toBe('SIGN_IN_REQUIRED')
    expect(error.message).toContain('has expired')
  })

  it('refuses a scope that was not granted, names it, and spends no refresh token on it', async () => {
    await stored()
    clock.jump(2 * HOUR)
    const error = await failure(tokens.getToken(ref, { scope: 'registry:write' }))
    expect(error.code).toBe('SCOPE_MISSING')
    expect(error.remedy).toBe('sign-in')
    expect(error.message).toContain('registry:write')
    expect(error.message).toContain('needs more access')
    expect(oauth.spent).toEqual([])
  })

  it('says of a scope that was asked for and withheld that it is to be allowed', async () => {
    await stored({ scopesGranted: ['openid'] })
    const error = await failure(tokens.getToken(ref, { scope: 'registry:read' }))
    expect([error.code, error.remedy]).toEqual(['SCOPE_MISSING', 'sign-in'])
    expect(error.message).toContain('was not granted')
    expect(repository.find(ref)).toMatchObject({
      scopesRequested: ['openid', 'registry:read'],
      scopesGranted: ['openid']
    })
  })

  it('keeps no token in memory: every call reads the store', async () => {
    await stored()
    await tokens.getToken(ref)
    await tokens.getToken(ref)
    expect(repository.loads).toBe(2)
  })

  it('keeps several services apart', async () => {
    await stored()
    await repository.save(sampleKey())
    await stored({
      ref: { ...ref, account: 'bob' },
      tokens: sampleTokens({ accessToken: new SecretText('bobs') })
    })
    expect(text(await tokens.getToken(ref))).toBe('access-1')
    expect(text(await tokens.getToken({ ...ref, account: 'bob' }))).toBe('bobs')
    expect(text(await tokens.getToken(sampleKey().ref))).toBe('sk_test_abcdefghijkl')
  })

  it('renews an expired token and stores the new one before handing it out', async () => {
    await stored()
    clock.jump(2 * HOUR)
    expect(text(await tokens.getToken(ref))).toBe('access-2')
    const [, renewed] = repository.saved as OAuthGrant[]
    expect(renewed && text(renewed.tokens.accessToken)).toBe('access-2')
    expect(renewed?.refreshedAt).toEqual(clock.now())
  })

  it('shows no token in its metadata, its errors or itself', async () => {
    await stored()
    clock.jump(2 * HOUR)
    oauth.next.push(unreachable())
    const error = await failure(tokens.getToken(ref))
    const everything = inspect([tokens.cachedMetadata(ref), error, tokens, repository], {
      depth: 12,
      showHidden: true
    })
    expect(everything).not.toMatch(/access-1|refresh-1/)
    expect(everything).toContain('sso.example.net')
  })
})

describe('API keys', () => {
  const cases: [string, Credential, number, string][] = [
    ['never ends unless its owner said so', sampleKey(), 10 * 365 * 24 * HOUR, 'sk_test_abcdefghijkl'],
    [
      'is handed out up to its last moment',
      sampleKey({ kind: 'at', at: new Date(START.getTime() + MINUTE) }),
      MINUTE - 1,
      'sk_test_abcdefghijkl'
    ]
  ]
  it.each(cases)('a key %s', async (_name, key, wait, expected) => {
    await repository.save(key)
    clock.jump(wait)
    expect(text(await tokens.getToken(key.ref))).toBe(expected)
  })

  it('a key that has ended asks for a new one', async () => {
    const key = sampleKey({ kind: 'at', at: new Date(START.getTime() + MINUTE) })
    await repository.save(key)
    clock.jump(MINUTE)
    const error = await failure(tokens.getToken(key.ref))
    expect(error.code).toBe('SIGN_IN_REQUIRED')
    expect(error.message).toContain('API key')
  })

  it('a key has nothing to renew', async () => {
    await repository.save(sampleKey())
    expect((await failure(tokens.refresh(sampleKey().ref))).code).toBe('INVALID_REQUEST')
  })
})

describe('renewing everything', () => {
  it('counts what was renewed and what failed, and leaves alone what can not be renewed', async () => {
    await stored()
    await stored({ ref: { ...ref, account: 'bob' } })
    await stored({ ref: { ...ref, account: 'carol' }, tokens: sampleTokens({ refreshToken: null }) })
    await repository.save(sampleKey())
    oauth.next.push(unreachable())
    expect(await tokens.refreshAll()).toEqual({ refreshed: 1, failed: 1 })
  })
})
