import { beforeEach, describe, expect, it } from 'vitest'
import type { GivenToken } from '#shared/broker/tokens.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry, Credential } from '../credential-record.ts'
import type { Provider } from '../provider.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleGrant, sampleKey, sampleProvider } from '../testing/samples.ts'
import { GivenTokens } from './given-tokens.ts'

const given: GivenToken = {
  service: 'forge',
  account: null,
  accessToken: 'access-1',
  refreshToken: null,
  clientId: null,
  expiresIn: 3600,
  scopes: ['read'],
  replace: false
}

let repository: MemoryRepository
let tokens: GivenTokens
/** What the person was asked. */
let asked: string[]
/** What `confirm` does after that. */
let answer: () => Promise<void>
let row: Provider | null

beforeEach(() => {
  const clock = new FakeClock()
  repository = new MemoryRepository()
  asked = []
  answer = async () => undefined
  row = null
  tokens = new GivenTokens({
    clock,
    repository,
    tokens: { exclusively: async (_ref, task) => await task(), isAuthenticated: () => true },
    directory: { find: () => row },
    hostsOf: () => ['api.forge.example'],
    signOut: (ref) => repository.remove(ref)
  })
})

const confirm = async (kind: string, { ref }: CatalogEntry): Promise<void> => {
  asked.push(`${kind} ${ref.service} ${ref.account}`)
  await answer()
}
const set = (change: Partial<GivenToken> = {}) => tokens.set({ ...given, ...change }, confirm)
const stored = (service = 'forge', account = 'default'): Promise<Credential | null> =>
  repository.load({ service, account })

describe('a token that a program hands in', () => {
  it('is kept as a key with its scopes, for the hosts that are known of its service', async () => {
    expect(await set()).toMatchObject({ account: 'default', scopes: ['read'], isRenewable: false })
    expect(await stored()).toMatchObject({
      kind: 'api-key',
      name: 'forge',
      scopes: ['read'],
      allowedHosts: ['api.forge.example']
    })
  })

  it('replaces the one that a program handed in before, and nobody is asked', async () => {
    await set()
    await set({ accessToken: 'access-2', scopes: [] })
    expect(asked).toEqual([])
    expect(await stored()).toMatchObject({ scopes: [] })
  })

  it('does not replace what the person has added', async () => {
    const key = sampleKey()
    await repository.save(key)
    await expect(set(key.ref)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect([asked, await stored(key.ref.service, key.ref.account)]).toEqual([[], key])
  })

  it('replaces it where it says so and the person agrees, and keeps the hosts of the key', async () => {
    const key = sampleKey()
    await repository.save(key)
    await set({ ...key.ref, replace: true })
    expect(asked).toEqual([`replace ${key.ref.service} ${key.ref.account}`])
    expect(await stored(key.ref.service, key.ref.account)).toMatchObject({
      scopes: ['read'],
      allowedHosts: key.allowedHosts
    })
  })

  it('leaves everything as it was where the person refuses', async () => {
    const key = sampleKey()
    await repository.save(key)
    answer = async () => {
      throw new VaultError('APPROVAL_DENIED')
    }
    await expect(set({ ...key.ref, replace: true })).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
    expect(await stored(key.ref.service, key.ref.account)).toEqual(key)
  })

  it('does not replace another entry that came while the person was asked', async () => {
    const key = sampleKey()
    await repository.save(key)
    const newer = { ...key, obtainedAt: new Date(key.obtainedAt.getTime() + 1) }
    answer = async () => void (await repository.save(newer))
    await expect(set({ ...key.ref, replace: true })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await stored(key.ref.service, key.ref.account)).toEqual(newer)
  })

  it('in the place of a sign-in keeps its provider and its client', async () => {
    const grant = sampleGrant()
    await repository.save(grant)
    await set({ ...grant.ref, refreshToken: 'refresh-2', replace: true })
    const { provider, client } = grant
    expect(await stored(grant.ref.service, grant.ref.account)).toMatchObject({
      kind: 'oauth',
      provider,
      client,
      scopesGranted: ['read']
    })
  })

  it('is a sign-in where its service is signed in to and the client is named, so that it can be renewed', async () => {
    row = sampleProvider
    expect(await set({ refreshToken: 'refresh-1', clientId: 'app-1' })).toMatchObject({ isRenewable: true })
    expect(await stored()).toMatchObject({ kind: 'oauth', client: { id: 'app-1', secret: null } })
  })

  it.each([
    ['no client', { refreshToken: 'refresh-1' }],
    ['no refresh token', { clientId: 'app-1' }]
  ])('is a key with %s', async (_what, change) => {
    row = sampleProvider
    expect(await set(change)).toMatchObject({ isRenewable: false })
    expect(await stored()).toMatchObject({ kind: 'api-key', name: sampleProvider.name })
  })

  it.each([
    [null, null],
    [60, '2026-11-21T10:01:00.000Z'],
    [-60, '2026-11-21T09:59:00.000Z']
  ])('that expires in %s seconds ends at %s', async (expiresIn, expiresAt) => {
    expect(await set({ expiresIn })).toMatchObject({ expiresAt })
  })

  it('with a line break inside is refused', async () => {
    await expect(set({ accessToken: 'a\nb' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await stored()).toBeNull()
  })
})

describe('clearing', () => {
  it('removes a token that a program handed in, and nobody is asked', async () => {
    await set()
    expect(await tokens.clear(given, confirm)).toBe(true)
    expect([asked, await stored(), await tokens.clear(given, confirm)]).toEqual([[], null, false])
  })

  it('asks before it removes what the person has added', async () => {
    const key = sampleKey()
    await repository.save(key)
    answer = async () => {
      throw new VaultError('APPROVAL_DENIED')
    }
    await expect(tokens.clear(key.ref, confirm)).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
    expect(asked).toEqual([`delete ${key.ref.service} ${key.ref.account}`])
    expect(await stored(key.ref.service, key.ref.account)).toEqual(key)
  })

  it('does not guess between two accounts', async () => {
    await set()
    await set({ account: 'other' })
    await expect(tokens.clear({ service: 'forge', account: null }, confirm)).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
  })
})

describe('a view', () => {
  it('is not usable without the scope that is needed', async () => {
    await set()
    const entry = repository.find({ service: 'forge', account: 'default' }) as CatalogEntry
    expect(['read', 'write', null].map((scope) => tokens.view(entry, scope).isUsable)).toEqual([
      true,
      false,
      true
    ])
  })

  it('holds no part of the token', async () => {
    expect(JSON.stringify(await set())).not.toContain('access-1')
  })
})
