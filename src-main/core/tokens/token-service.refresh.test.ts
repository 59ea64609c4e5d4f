import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { HOUR, MINUTE, SECOND } from './lifetime.ts'
import { Secret as SecretText } from '../secret.ts'
import { sampleGrant, sampleTokens } from '../testing/samples.ts'
import { failure, ref, text, TokenWorld } from './token-service.testkit.ts'

let world: TokenWorld
let clock: TokenWorld['clock']
let repository: TokenWorld['repository']
let oauth: TokenWorld['oauth']
let tokens: TokenWorld['tokens']
let told: TokenWorld['told']

beforeEach(() => {
  world = new TokenWorld()
  ;({ clock, repository, oauth, tokens, told } = world)
})

const stored: TokenWorld['stored'] = (change) => world.stored(change)

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
    expect(told).toEqual([clock.now()])
    open()
    await pending
    expect(told.slice(1)).toEqual([null])
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

  it('notes one use a second, and the first one after the credential was stored again', async () => {
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
