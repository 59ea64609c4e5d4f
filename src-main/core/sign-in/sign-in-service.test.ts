import { beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import type { OAuthProvider, Provider } from '../provider.ts'
import { settle } from '../testing/fake-clock.ts'
import { START, sampleGrant, sampleProvider } from '../testing/samples.ts'
import { signInWish, signInWorld } from '../testing/sign-in-world.ts'

const confidential: OAuthProvider = { ...sampleProvider, id: 'confidential', clientAuth: 'post' }
const keysOnly: Provider = {
  kind: 'api-key',
  id: 'stripe',
  name: 'Stripe',
  allowedHosts: ['api.stripe.com'],
  keyPrefixes: ['sk_'],
  help: null,
  source: 'made up',
  checkedOn: '2026-11-21'
}
const rows: readonly Provider[] = [sampleProvider, confidential, keysOnly]

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

const own = (issuer: string): SignInRequest => {
  const provider = { kind: 'issuer', issuer, name: 'Mine', clientId: 'c' } as const
  return { kind: 'new', provider, clientSecret: null, account: null, scopes: [] }
}

function problemOf({ state }: SignInProgress): string {
  return state.kind === 'failed' ? state.problem.code : state.kind
}

describe('a first sign-in', () => {
  it('shows the provider’s page, waits five minutes and says where it is', async () => {
    const started = await service.start(signInWish())
    expect(started).toEqual({
      attempt: 'attempt-1',
      service: 'sso.example.net',
      name: 'Example SSO',
      host: 'sso.example.net',
      surface: 'window',
      device: null,
      offersCode: false,
      state: { kind: 'waiting', until: new Date(START.getTime() + 5 * MINUTE).toISOString() }
    })
    expect(surface.last.view.url).toBe('https://sso.example.net/authorize?state=made-up')
    expect(service.list()).toEqual([started])
  })

  it('waits, redeems and is done, with the window closed and the port released', async () => {
    const end = await signIn()
    expect(progress.map(({ state }) => state.kind)).toEqual(['waiting', 'redeeming', 'done'])
    expect(end.state).toEqual({ kind: 'done', credential: '["sso.example.net","alice@example.net"]' })
    expect(surface.last.isClosed).toBe(true)
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(service.list()).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('keeps what was asked and what was granted apart', async () => {
    oauth.grant = { scopesGranted: ['openid'] }
    await signIn()
    expect(saved[0]).toMatchObject({
      scopesRequested: ['openid', 'registry:read'],
      scopesGranted: ['openid']
    })
  })

  it('is filed under the account the person typed', async () => {
    await signIn(signInWish({ account: 'work' }))
    expect(saved[0]?.ref.account).toBe('work')
  })

  it('makes ready for its entry while the person is asked, or as soon as the provider has named it', async () => {
    await service.start(signInWish({ account: 'work' }))
    const work = { service: 'sso.example.net', account: 'work' }
    expect(repository.prepared).toEqual([work])
    await service.start(signInWish({ clientId: 'client-2' }))
    expect(repository.prepared).toEqual([work])
    oauth.pending.at(-1)?.answer()
    await settle()
    expect(repository.prepared).toEqual([work, { service: 'sso.example.net', account: 'alice@example.net' }])
  })

  it('is filed under "default" when the account has no name', async () => {
    oauth.grant = { subject: null, accountLabel: null }
    await signIn()
    expect(saved[0]?.ref.account).toBe('default')
  })

  it('cleans the account’s name before it is shown anywhere', async () => {
    oauth.grant = { accountLabel: ' ali\u0000ce\u202e\n <b> ' }
    await signIn()
    expect(saved[0]?.ref.account).toBe('ali ce <b>')
  })

  it('discovers an issuer of the person’s own', async () => {
    const provider = {
      kind: 'issuer',
      issuer: 'https://id.example.org',
      name: 'Mine',
      clientId: 'c'
    } as const
    await signIn({ kind: 'new', provider, clientSecret: null, account: null, scopes: [] })
    expect(saved[0]).toMatchObject({ name: 'Mine', ref: { service: 'custom' } })
  })

  it('does not file two issuers under one service', async () => {
    await signIn(own('https://id.example.org'))
    await signIn(own('https://id.example.org/other'))
    expect(saved.map(({ ref }) => ref.service)).toEqual(['custom', 'custom-2'])
  })
})

describe('what can not be started', () => {
  const refusals: [string, SignInRequest, string][] = [
    ['an unknown provider', signInWish({ provider: 'nobody' }), 'UNKNOWN_SERVICE'],
    ['a service that is used with keys', signInWish({ provider: 'stripe' }), 'INVALID_REQUEST'],
    ['a confidential client without its secret', signInWish({ provider: 'confidential' }), 'INVALID_REQUEST'],
    ['a credential that is not there', { kind: 'again', credential: '["a","b"]' }, 'UNKNOWN_SERVICE'],
    ['an invalid credential id', { kind: 'again', credential: 'nonsense' }, 'UNKNOWN_SERVICE']
  ]
  it.each(refusals)('%s', async (_name, request, code) => {
    await expect(service.start(request)).rejects.toMatchObject({ code })
    expect(surface.opened).toEqual([])
    expect(service.list()).toEqual([])
  })

  it('a provider that does not answer, and it can be started again', async () => {
    oauth.beginFails = new VaultError('PROVIDER_UNREACHABLE')
    await expect(service.start(signInWish())).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' })
    oauth.beginFails = null
    expect((await service.start(signInWish())).state.kind).toBe('waiting')
  })

  it('a window that does not open leaves no port behind', async () => {
    surface.open = () => {
      throw new VaultError('INTERNAL')
    }
    await expect(service.start(signInWish())).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(service.list()).toEqual([])
  })
})

describe('an attempt that is under way', () => {
  it('comes to the front instead of a second one for the same provider and client', async () => {
    const first = await service.start(signInWish())
    const second = await service.start(signInWish())
    expect(second).toEqual(first)
    expect(surface.opened).toHaveLength(1)
    expect(surface.last.focused).toBe(1)
  })

  it('is one also when it is started twice in the same moment', async () => {
    const [one, other] = await Promise.all([service.start(signInWish()), service.start(signInWish())])
    expect(one.attempt).toBe(other.attempt)
    expect(oauth.pending).toHaveLength(1)
  })

  it('does not stand in the way of another client', async () => {
    await service.start(signInWish())
    await service.start(signInWish({ clientId: 'client-2' }))
    expect(service.list()).toHaveLength(2)
  })

  const endings: [string, (attempt: string) => void, string][] = [
    ['a cancel in the list', (attempt) => service.cancel(attempt), 'SIGN_IN_CANCELLED'],
    ['a closed window', () => surface.last.actions.cancel(), 'SIGN_IN_CANCELLED']
  ]
  it.each(endings)('ends with %s, and the port is free', async (_name, end, code) => {
    const { attempt } = await service.start(signInWish())
    end(attempt)
    await settle()
    expect(progress.map(problemOf)).toEqual(['waiting', code])
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('times out after five minutes, however the clock is set meanwhile', async () => {
    await service.start(signInWish())
    clock.jump(-86_400_000)
    await clock.pass(5 * MINUTE - 1)
    expect(progress.map(problemOf)).toEqual(['waiting'])
    await clock.pass(1)
    expect(progress.map(problemOf)).toEqual(['waiting', 'SIGN_IN_TIMED_OUT'])
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(surface.last.isClosed).toBe(true)
  })

  it('moves to the person’s browser when they ask for it', async () => {
    const { attempt } = await service.start(signInWish())
    service.continueInBrowser(attempt)
    expect(surface.last.movedToBrowser).toBe(1)
    expect(progress.at(-1)).toMatchObject({ surface: 'browser', state: { kind: 'waiting' } })
  })

  it('takes a pasted address, and goes on waiting after a wrong one', async () => {
    const { attempt } = await service.start(signInWish())
    expect(() => service.submitRedirectUrl(attempt, 'https://elsewhere.example')).toThrow(VaultError)
    expect(service.list()).toHaveLength(1)
    service.submitRedirectUrl(attempt, ' http://127.0.0.1:1/callback?code=c&state=s ')
    await settle()
    expect(progress.map(problemOf)).toEqual(['waiting', 'redeeming', 'done'])
  })

  it('ends when the app quits', async () => {
    await service.start(signInWish())
    await service.close()
    expect(progress.map(problemOf)).toEqual(['waiting', 'SIGN_IN_CANCELLED'])
    expect(oauth.pending[0]?.isClosed).toBe(true)
    await expect(service.start(signInWish())).rejects.toMatchObject({ code: 'SIGN_IN_CANCELLED' })
  })

  it('ignores clicks that come too late', async () => {
    const { attempt } = await signIn()
    service.cancel(attempt)
    service.continueInBrowser(attempt)
    expect(() => service.submitRedirectUrl(attempt, 'http://127.0.0.1')).toThrow(VaultError)
    expect(progress.map(problemOf)).toEqual(['waiting', 'redeeming', 'done'])
  })
})

describe('an attempt that fails', () => {
  it('says why the provider refused', async () => {
    await service.start(signInWish())
    const [pending] = oauth.pending
    if (pending) pending.redeemFails = new VaultError('SIGN_IN_DENIED')
    pending?.answer()
    await settle()
    expect(progress.map(problemOf)).toEqual(['waiting', 'redeeming', 'SIGN_IN_DENIED'])
    expect(saved).toEqual([])
  })

  it('shows nothing of an error that is not ours', async () => {
    await service.start(signInWish())
    const [pending] = oauth.pending
    if (pending) pending.redeemFails = new Error('body was {"access_token":"cnry"}')
    pending?.answer()
    await settle()
    expect(JSON.stringify(progress)).not.toContain('cnry')
    expect(progress.map(problemOf).at(-1)).toBe('INTERNAL')
  })

  it('takes back at the provider what could not be stored', async () => {
    repository.failSave = new VaultError('KEYCHAIN_LOCKED')
    expect(problemOf(await signIn())).toBe('KEYCHAIN_LOCKED')
    expect(oauth.revoked).toHaveLength(1)
  })

  it('takes nothing back that could end what is stored: many providers end all grants of a person at once', async () => {
    const { ref } = await repository.save(sampleGrant())
    const again = { kind: 'again', credential: credentialKey(ref) } as const
    repository.failSave = new VaultError('KEYCHAIN_LOCKED')
    expect(problemOf(await signIn(again))).toBe('KEYCHAIN_LOCKED')
    expect(oauth.revoked).toEqual([])
    repository.failLoad = new VaultError('KEYCHAIN_LOCKED')
    await signIn(again)
    expect(oauth.revoked).toEqual([])
  })

  it('keeps nothing of a sign-in that was cancelled while it was redeemed', async () => {
    const { attempt } = await service.start(signInWish())
    const { promise, resolve } = Promise.withResolvers<void>()
    const [pending] = oauth.pending
    if (pending) pending.gate = promise
    pending?.answer()
    await settle()
    service.cancel(attempt)
    resolve()
    await settle()
    expect(progress.map(problemOf)).toEqual(['waiting', 'redeeming', 'SIGN_IN_CANCELLED'])
    expect(repository.list()).toEqual([])
    expect(oauth.revoked).toHaveLength(1)
  })
})
