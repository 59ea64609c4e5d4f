import { beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import type { Provider } from '../provider.ts'
import { settle } from '../testing/fake-clock.ts'
import { START, sampleGrant, sampleKey, sampleProvider } from '../testing/samples.ts'
import { signInWish, signInWorld } from '../testing/sign-in-world.ts'

const rows: readonly Provider[] = [sampleProvider]

type World = ReturnType<typeof signInWorld>
let clock: World['clock']
let repository: World['repository']
let oauth: World['oauth']
let surface: World['surface']
let service: World['service']
let progress: World['progress']
let saved: World['saved']
let signIn: World['signIn']

beforeEach(() => {
  const world = signInWorld({ rows: () => rows })
  ;({ clock, repository, oauth, surface, service, progress, saved, signIn } = world)
})

function problemOf({ state }: SignInProgress): string {
  return state.kind === 'failed' ? state.problem.code : state.kind
}

describe('another person’s credential', () => {
  it('is not written over by a new sign-in under the same name', async () => {
    await signIn(signInWish({ account: 'work' }))
    oauth.grant = { subject: 'bob-0123456789' }
    await signIn(signInWish({ account: 'work' }))
    expect(repository.list().map(({ ref }) => ref.account)).toEqual(['work', 'work (bob-0123)'])
  })

  it('is not written over either when the accounts are unknown', async () => {
    oauth.grant = { subject: null, accountLabel: null }
    await signIn()
    await signIn()
    await signIn()
    expect(repository.list().map(({ ref }) => ref.account)).toEqual(['default', 'default (2)', 'default (3)'])
  })

  it('is replaced only by the same person', async () => {
    await signIn()
    await signIn()
    expect(repository.list()).toHaveLength(1)
    expect(repository.saved).toHaveLength(2)
  })
})

describe('one more account of an entry', () => {
  const { ref } = sampleGrant()
  const another = { kind: 'another', credential: credentialKey(ref), account: 'bob', scopes: null } as const

  it('is asked for with the client and the scopes of the entry, and leaves that alone', async () => {
    await repository.save(sampleGrant())
    oauth.grant = { subject: 'bob-0123456789' }
    await signIn(another)
    expect(oauth.requests.at(-1)).toMatchObject({
      client: sampleGrant().client,
      scopes: sampleGrant().scopesRequested
    })
    expect(repository.list().map(({ ref: { account } }) => account)).toEqual([ref.account, 'bob'])
  })

  it('is refused for a key and for an entry that is not there', async () => {
    await repository.save(sampleKey())
    const ofKey = { ...another, credential: credentialKey(sampleKey().ref) }
    await expect(service.start(ofKey)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(service.start(another)).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  })
})

describe('a sign-in that names no scopes', () => {
  it('asks for those that the provider’s row asks for by default', async () => {
    await signIn({ ...signInWish(), scopes: null } as SignInRequest)
    const usual = sampleProvider.scopes.filter(({ byDefault }) => byDefault).map(({ scope }) => scope)
    expect(oauth.requests.at(-1)?.scopes).toEqual(usual)
  })
})

describe('signing in again', () => {
  const { ref } = sampleGrant()
  const again = { kind: 'again', credential: credentialKey(ref) } as const

  it('keeps name, account, scopes, provider and client', async () => {
    await repository.save(sampleGrant())
    await signIn(again)
    expect(saved[0]).toMatchObject({
      ref,
      name: 'Example SSO',
      clientId: 'client-1',
      scopesRequested: ['openid', 'registry:read']
    })
    expect(repository.list()).toHaveLength(1)
    expect(repository.prepared[0]).toEqual(ref)
  })

  it('asks for other scopes when they are named, and keeps them as asked for', async () => {
    await repository.save(sampleGrant())
    await signIn({ ...again, scopes: ['openid', 'registry:write'] })
    expect(oauth.requests[0]?.scopes).toEqual(['openid', 'registry:write'])
    expect(saved[0]).toMatchObject({ ref, scopesRequested: ['openid', 'registry:write'] })
    expect(repository.list()).toHaveLength(1)
  })

  it('suggests the account to the provider when its name is an address', async () => {
    const address = { ...ref, account: 'alice@example.net' }
    await repository.save(sampleGrant({ ref: address }))
    await signIn({ kind: 'again', credential: credentialKey(address) })
    expect(oauth.requests[0]?.loginHint).toBe('alice@example.net')
  })

  it('works for a record that can not be read any more', async () => {
    await repository.save(sampleGrant())
    repository.failLoad = new VaultError('CREDENTIAL_UNREADABLE')
    expect(problemOf(await signIn(again))).toBe('done')
    expect(saved[0]?.ref).toEqual(ref)
  })

  it('is not for API keys', async () => {
    await repository.save(sampleKey())
    const request: SignInRequest = { kind: 'again', credential: credentialKey(sampleKey().ref) }
    await expect(service.start(request)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })
})

describe('signing in again as another person', () => {
  const { ref } = sampleGrant()
  const id = credentialKey(ref)

  async function asked(): Promise<string> {
    await repository.save(sampleGrant())
    repository.saved.length = 0
    oauth.grant = { subject: 'mallory', accountLabel: 'mallory@example.net' }
    await signIn({ kind: 'again', credential: id })
    return progress.at(-1)?.attempt ?? ''
  }

  it('asks what to do and stores nothing until then', async () => {
    await asked()
    expect(progress.at(-1)?.state).toEqual({
      kind: 'other-account',
      expected: 'alice',
      found: 'mallory@example.net',
      until: new Date(START.getTime() + 5 * MINUTE).toISOString()
    })
    expect(surface.last.focused).toBe(1)
    await clock.pass(MINUTE)
    expect([repository.saved.length, oauth.revoked.length]).toEqual([0, 0])
  })

  it('is put in the entry’s place when the person says so, and the account before is signed out', async () => {
    const attempt = await asked()
    service.answerOtherAccount(attempt, 'replace')
    await settle()
    expect(progress.at(-1)?.state).toEqual({ kind: 'done', credential: id })
    expect(((await repository.load(ref)) as OAuthGrant).subject).toBe('mallory')
    expect(repository.list()).toHaveLength(1)
    expect(oauth.revoked.map(({ subject }) => subject)).toEqual(['alice'])
  })

  it('does not sign the account before out where another entry has it, too', async () => {
    const attempt = await asked()
    await repository.save(sampleGrant({ ref: { ...ref, account: 'alice at work' } }))
    service.answerOtherAccount(attempt, 'replace')
    await settle()
    expect(oauth.revoked).toEqual([])
  })

  it('gets an entry of its own when the person says so, and the one before is as it was', async () => {
    const attempt = await asked()
    service.answerOtherAccount(attempt, 'add')
    await settle()
    expect(repository.list().map((entry) => entry.ref.account)).toEqual(['alice', 'mallory@example.net'])
    expect(((await repository.load(ref)) as OAuthGrant).subject).toBe('alice')
    expect(oauth.revoked).toEqual([])
  })

  it.each([
    ['cancels', (attempt: string) => service.cancel(attempt), 'SIGN_IN_CANCELLED'],
    ['does not answer', () => clock.pass(5 * MINUTE), 'SIGN_IN_TIMED_OUT']
  ] as const)('is revoked and not stored when the person %s', async (_what, happens, code) => {
    const attempt = await asked()
    await happens(attempt)
    await settle()
    expect(progress.at(-1)?.state).toMatchObject({ kind: 'failed', problem: { code } })
    expect(repository.saved).toHaveLength(0)
    expect(oauth.revoked.map(({ subject }) => subject)).toEqual(['mallory'])
    service.answerOtherAccount(attempt, 'replace')
    await settle()
    expect(((await repository.load(ref)) as OAuthGrant).subject).toBe('alice')
  })

  it('is answered once', async () => {
    const attempt = await asked()
    service.answerOtherAccount(attempt, 'add')
    service.answerOtherAccount(attempt, 'replace')
    await settle()
    expect(((await repository.load(ref)) as OAuthGrant).subject).toBe('alice')
  })

  it('is not asked about where the account before is not known', async () => {
    await repository.save(sampleGrant({ subject: null }))
    oauth.grant = { subject: 'mallory' }
    await signIn({ kind: 'again', credential: id })
    expect(progress.at(-1)?.state.kind).toBe('done')
    expect(oauth.revoked).toEqual([])
  })
})
