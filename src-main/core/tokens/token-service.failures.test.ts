import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { HOUR, MINUTE, SECOND } from './lifetime.ts'
import { Secret as SecretText } from '../secret.ts'
import { alone } from '../testing/alone.ts'
import { sampleGrant, sampleTokens } from '../testing/samples.ts'
import { TokenService } from './token-service.ts'
import { failure, ref, text, unreachable, TokenWorld } from './token-service.testkit.ts'

let world: TokenWorld
let clock: TokenWorld['clock']
let repository: TokenWorld['repository']
let oauth: TokenWorld['oauth']
let journal: TokenWorld['journal']
let tokens: TokenWorld['tokens']

beforeEach(() => {
  world = new TokenWorld()
  ;({ clock, repository, oauth, journal, tokens } = world)
})

const stored: TokenWorld['stored'] = (change) => world.stored(change)

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
