import { inspect } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { Credential, OAuthGrant } from '../credential-record.ts'
import { HOUR, MINUTE, SECOND } from './lifetime.ts'
import type { Secret } from '../secret.ts'
import { Secret as SecretText } from '../secret.ts'
import { alone } from '../testing/alone.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FakeOAuthClient } from '../testing/fake-oauth-client.ts'
import { MemoryJournal } from '../testing/memory-journal.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { START, sampleGrant, sampleKey, sampleTokens } from '../testing/samples.ts'
import { TokenService } from './token-service.ts'
import { TransportError } from './transport-error.ts'

const { ref } = sampleGrant()
let clock: FakeClock
let repository: MemoryRepository
let oauth: FakeOAuthClient
let journal: MemoryJournal
let tokens: TokenService
let changes: number

beforeEach(() => {
  clock = new FakeClock(START)
  repository = new MemoryRepository()
  oauth = new FakeOAuthClient(clock)
  journal = new MemoryJournal()
  changes = 0
  const clientMark = ({ id }: { readonly id: string }): string => id
  const onRefreshing = (): void => void (changes += 1)
  tokens = new TokenService({
    repository,
    oauth,
    journal,
    clientMark,
    clock,
    lock: alone,
    random: () => 0.5,
    onRefreshing
  })
})

const text = (secret: Secret): string => secret.expose((value) => value)

async function stored(change: Partial<OAuthGrant> = {}): Promise<void> {
  await repository.save(sampleGrant(change))
}

async function failure(promise: Promise<unknown>): Promise<VaultError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason
  )
  if (error instanceof VaultError) return error
  throw new Error('It did not fail with a VaultError')
}

function unreachable(retryAfterMs: number | null = null): VaultError {
  return new VaultError('REFRESH_UNREACHABLE', { cause: new TransportError('status', 503, retryAfterMs) })
}

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

describe('renewing', () => {
  it('uses one refresh for a hundred callers at once', async () => {
    await stored()
    clock.jump(2 * HOUR)
    const all = await Promise.all(Array.from({ length: 100 }, () => tokens.getToken(ref)))
    expect(new Set(all.map(text))).toEqual(new Set(['access-2']))
    expect(oauth.spent).toEqual(['refresh-1'])
  })

  it('keeps the old refresh token when none came back', async () => {
    await stored()
    await clock.pass(2 * HOUR)
    oauth.next.push({ refreshToken: null })
    await tokens.getToken(ref)
    await clock.pass(2 * HOUR)
    await tokens.getToken(ref)
    expect(oauth.spent).toEqual(['refresh-1', 'refresh-1'])
  })

  it('spends each refresh token once over twenty rotations', async () => {
    await stored()
    for (let round = 0; round < 20; round += 1) {
      await clock.pass(2 * HOUR)
      await tokens.getToken(ref)
    }
    expect(new Set(oauth.spent).size).toBe(20)
  })

  it('says so when the renewed sign-in lacks a scope it had, after storing it', async () => {
    await stored()
    clock.jump(2 * HOUR)
    oauth.next.push({ scopes: ['openid'] })
    expect((await failure(tokens.getToken(ref, { scope: 'registry:read' }))).code).toBe('SCOPE_MISSING')
    expect(repository.find(ref)?.scopesGranted).toEqual(['openid'])
  })

  it('renews a token an API has refused, but not twice for the same one', async () => {
    await stored()
    const refused = await tokens.getToken(ref)
    const [one, other] = await Promise.all([
      tokens.getToken(ref, { rejected: refused }),
      tokens.getToken(ref, { rejected: refused })
    ])
    expect([text(one), text(other)]).toEqual(['access-2', 'access-2'])
    expect(oauth.spent).toEqual(['refresh-1'])
  })

  it('does not go round in circles over a provider whose tokens are used up on arrival', async () => {
    await stored()
    clock.jump(2 * HOUR)
    oauth.next.push({ expiry: { kind: 'at', at: clock.now() } })
    for (let call = 0; call < 20; call += 1) {
      await clock.pass(SECOND)
      await tokens.getToken(ref)
    }
    expect(oauth.spent).toHaveLength(1)
    await clock.pass(30 * SECOND)
    await tokens.getToken(ref)
    expect(oauth.spent).toHaveLength(2)
  })

  it('says that it is renewing while it is', async () => {
    await stored()
    clock.jump(2 * HOUR)
    const { promise, resolve: open } = Promise.withResolvers<void>()
    oauth.gate = promise
    const pending = tokens.getToken(ref)
    await clock.pass(0)
    expect(tokens.inFlight(ref)).toEqual(clock.now())
    open()
    await pending
    expect(tokens.inFlight(ref)).toBeNull()
    expect(changes).toBeGreaterThan(1)
  })

  it('does not let a late refresh write over a sign-in that came meanwhile', async () => {
    await stored()
    clock.jump(2 * HOUR)
    const late = tokens.getToken(ref)
    const fresh = sampleGrant({
      tokens: sampleTokens({ issuedAt: clock.now(), accessToken: new SecretText('new') })
    })
    await tokens.exclusively(ref, () => repository.save(fresh))
    await late
    expect(text(await tokens.getToken(ref))).toBe('new')
  })

  it('notes when a token was used', async () => {
    await stored()
    clock.jump(MINUTE)
    await tokens.getToken(ref)
    expect(repository.find(ref)?.lastUsedAt).toEqual(clock.now())
  })

  it('notes one use a second, and the first one after the credential was stored anew', async () => {
    await stored()
    const used = (): Date | null => repository.find(ref)?.lastUsedAt ?? null
    await tokens.getToken(ref)
    const first = clock.now()
    clock.jump(SECOND / 2)
    await tokens.getToken(ref)
    expect(used()).toEqual(first)
    clock.jump(SECOND)
    await tokens.getToken(ref)
    expect(used()).toEqual(clock.now())
    await tokens.exclusively(ref, async () => {
      await repository.remove(ref)
      await repository.save(sampleGrant({ tokens: sampleTokens({ issuedAt: clock.now() }) }))
    })
    expect(used()).toBeNull()
    await tokens.getToken(ref)
    expect(used()).toEqual(clock.now())
  })
})

const rejected = (): VaultError => new VaultError('REFRESH_REJECTED')

describe('when the provider ends the grant', () => {
  it('keeps the record, asks for a sign-in and never asks the provider again', async () => {
    await stored()
    clock.jump(2 * HOUR)
    oauth.next.push(rejected())
    expect((await failure(tokens.getToken(ref))).code).toBe('REFRESH_REJECTED')
    expect(repository.find(ref)?.health).toEqual({
      kind: 'needs-sign-in',
      code: 'REFRESH_REJECTED',
      since: clock.now()
    })
    clock.jump(HOUR)
    expect((await failure(tokens.getToken(ref))).remedy).toBe('sign-in')
    expect(oauth.spent).toHaveLength(1)
    expect(await repository.load(ref)).not.toBeNull()
    expect(tokens.isAuthenticated(ref)).toBe(false)
  })

  it('looks first whether another writer has rotated the token, and uses what that one brought', async () => {
    await stored()
    clock.jump(2 * HOUR)
    const theirs = { accessToken: new SecretText('theirs'), refreshToken: new SecretText('their-refresh') }
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    oauth.gate = promise
    oauth.next.push(rejected())
    const renewing = tokens.getToken(ref)
    await clock.pass(0)
    expect(oauth.spent).toEqual(['refresh-1'])
    await repository.save(sampleGrant({ tokens: sampleTokens({ issuedAt: clock.now(), ...theirs }) }))
    answer()
    expect(text(await renewing)).toBe('theirs')
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })
})

describe('when another writer’s token has ended too', () => {
  it('renews with the refresh token that one left', async () => {
    await stored()
    clock.jump(2 * HOUR)
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    oauth.gate = promise
    oauth.next.push(rejected())
    const renewing = tokens.getToken(ref)
    await clock.pass(0)
    await stored({ tokens: sampleTokens({ refreshToken: new SecretText('their-refresh') }) })
    answer()
    expect(text(await renewing)).toBe('access-3')
    expect(oauth.spent).toEqual(['refresh-1', 'their-refresh'])
  })
})

describe('when the provider is out of reach', () => {
  beforeEach(async () => {
    await stored()
    clock.jump(2 * HOUR)
  })

  it('keeps everything and says when it tries again', async () => {
    oauth.next.push(unreachable())
    expect((await failure(tokens.getToken(ref))).code).toBe('REFRESH_UNREACHABLE')
    expect(repository.find(ref)?.health).toMatchObject({
      kind: 'refresh-failing',
      code: 'REFRESH_UNREACHABLE',
      failures: 1,
      nextTryAt: new Date(clock.now().getTime() + SECOND)
    })
    expect(await repository.load(ref)).not.toBeNull()
  })

  it('asks the network again only when the next try is due', async () => {
    oauth.next.push(unreachable())
    await failure(tokens.getToken(ref))
    await failure(tokens.getToken(ref))
    expect(oauth.spent).toHaveLength(1)
    clock.jump(SECOND)
    expect(text(await tokens.getToken(ref))).toBe('access-3')
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  it('waits longer each time, up to five minutes', async () => {
    const waits: number[] = []
    for (let round = 0; round < 14; round += 1) {
      oauth.next.push(unreachable())
      await failure(tokens.refresh(ref))
      const health = repository.find(ref)?.health
      if (health?.kind === 'refresh-failing' && health.nextTryAt !== null) {
        waits.push((health.nextTryAt.getTime() - clock.now().getTime()) / SECOND)
      }
    }
    expect(waits.slice(0, 6)).toEqual([1, 1, 2, 4, 8, 16])
    expect(waits.at(-1)).toBe(150)
  })

  it('honours Retry-After, also against a person who presses Retry', async () => {
    oauth.next.push(unreachable(10 * MINUTE))
    await failure(tokens.getToken(ref))
    expect((await failure(tokens.refresh(ref))).code).toBe('REFRESH_UNREACHABLE')
    clock.jump(10 * MINUTE)
    await tokens.refresh(ref)
    expect(oauth.spent).toHaveLength(2)
  })

  it('honours Retry-After after a restart and in every other process', async () => {
    oauth.next.push(unreachable(10 * MINUTE))
    await failure(tokens.getToken(ref))
    const another = new TokenService({
      repository,
      oauth,
      journal,
      clientMark: ({ id }) => id,
      clock,
      lock: alone,
      random: () => 0.5,
      onRefreshing: () => undefined
    })
    clock.jump(9 * MINUTE)
    expect((await failure(another.refresh(ref))).code).toBe('REFRESH_UNREACHABLE')
    expect(oauth.spent).toHaveLength(1)
    clock.jump(MINUTE)
    await another.refresh(ref)
    expect(oauth.spent).toHaveLength(2)
  })

  it('tries at once when a person presses Retry and the provider named no time', async () => {
    oauth.next.push(unreachable())
    await failure(tokens.getToken(ref))
    await tokens.refresh(ref)
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  it('still hands out a token that is about to end', async () => {
    await stored({ tokens: sampleTokens({ issuedAt: new Date(clock.now().getTime() - 57 * MINUTE) }) })
    oauth.next.push(unreachable())
    expect(text(await tokens.getToken(ref))).toBe('access-1')
    expect(repository.find(ref)?.health.kind).toBe('refresh-failing')
  })

  it('does not wait ten years because the clock was set back', async () => {
    oauth.next.push(unreachable())
    await failure(tokens.getToken(ref))
    clock.jump(-10 * 365 * 24 * HOUR)
    await clock.pass(MINUTE)
    expect(text(await tokens.getToken(ref))).toBe('access-3')
  })
})

describe('when the provider answers in a way that says nothing about the grant', () => {
  it('needs attention after three tries that were spaced, with the sign-in kept', async () => {
    await stored()
    clock.jump(2 * HOUR)
    for (let round = 0; round < 5; round += 1) {
      oauth.next.push(new VaultError('PROVIDER_REFUSED'))
      expect((await failure(tokens.getToken(ref))).code).toBe('PROVIDER_REFUSED')
      await clock.pass(10 * MINUTE)
    }
    expect(oauth.spent).toHaveLength(3)
    expect(repository.find(ref)?.health).toMatchObject({
      kind: 'refresh-failing',
      failures: 3,
      nextTryAt: null
    })
    oauth.next.length = 0
    await tokens.refresh(ref)
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })
})

describe('when a rotated token can not be stored', () => {
  beforeEach(async () => {
    await stored()
    clock.jump(2 * HOUR)
    repository.failSave = new VaultError('STORE_WRITE_FAILED')
  })

  it('keeps it in memory, shows red, and does not renew the grant any further', async () => {
    expect(text(await tokens.getToken(ref))).toBe('access-2')
    expect(repository.find(ref)?.health).toMatchObject({
      kind: 'refresh-failing',
      code: 'STORE_WRITE_FAILED'
    })
    expect(text(await tokens.getToken(ref))).toBe('access-2')
    clock.jump(2 * HOUR)
    expect((await failure(tokens.getToken(ref))).code).toBe('STORE_WRITE_FAILED')
    expect((await failure(tokens.refresh(ref))).code).toBe('STORE_WRITE_FAILED')
    expect(oauth.spent).toEqual(['refresh-1'])
  })

  it('stores it with the next try, and is well again', async () => {
    await tokens.getToken(ref)
    repository.failSave = null
    clock.jump(MINUTE)
    await tokens.keepFresh(ref)
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
    const last = repository.saved.at(-1) as OAuthGrant
    expect(last.tokens.refreshToken && text(last.tokens.refreshToken)).toBe('refresh-2')
    await clock.pass(2 * HOUR)
    await tokens.getToken(ref)
    expect(oauth.spent).toEqual(['refresh-1', 'refresh-2'])
  })

  it('lets a new sign-in take its place', async () => {
    await tokens.getToken(ref)
    repository.failSave = null
    const fresh = sampleGrant({
      tokens: sampleTokens({ issuedAt: clock.now(), accessToken: new SecretText('new') })
    })
    await tokens.exclusively(ref, () => repository.save(fresh))
    expect(text(await tokens.getToken(ref))).toBe('new')
  })
})

describe('when the store does not answer', () => {
  it('spends no refresh token and passes the reason on', async () => {
    await stored()
    clock.jump(2 * HOUR)
    repository.failLoad = new VaultError('KEYCHAIN_LOCKED')
    expect((await failure(tokens.getToken(ref))).code).toBe('KEYCHAIN_LOCKED')
    expect(oauth.spent).toEqual([])
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
