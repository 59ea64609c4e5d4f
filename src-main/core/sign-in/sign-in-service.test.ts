import { beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { MINUTE, SECOND } from '../tokens/lifetime.ts'
import type { OAuthProvider, Provider } from '../provider.ts'
import { settle } from '../testing/fake-clock.ts'
import { START, sampleGrant, sampleKey, sampleProvider } from '../testing/samples.ts'
import { signInWorld } from '../testing/sign-in-world.ts'

const confidential: OAuthProvider = { ...sampleProvider, id: 'confidential', clientAuth: 'post' }
const embeddedForbidden: OAuthProvider = { ...sampleProvider, id: 'strict', embedded: 'forbidden' }
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
const coded: OAuthProvider = { ...sampleProvider, id: 'coded', surfaces: ['device', 'browser'] }
const rows: readonly Provider[] = [sampleProvider, confidential, embeddedForbidden, coded, keysOnly]

type World = ReturnType<typeof signInWorld>
let clock: World['clock']
let repository: World['repository']
let oauth: World['oauth']
let surface: World['surface']
let service: World['service']
let progress: World['progress']
let saved: World['saved']
let copied: World['copied']
let windowFailures: World['windowFailures']
let alwaysUseBrowser: boolean

beforeEach(() => {
  alwaysUseBrowser = false
  const world = signInWorld({ rows: () => rows, alwaysUseBrowser: () => alwaysUseBrowser })
  ;({ clock, repository, oauth, surface, service, progress, saved, copied, windowFailures } = world)
})

type Wish = { provider?: string; account?: string | null; clientSecret?: string | null; clientId?: string }

function wish({
  provider = 'sso.example.net',
  account = null,
  clientSecret = null,
  clientId = 'client-1'
}: Wish = {}): SignInRequest {
  const preset = { kind: 'preset', provider, clientId } as const
  return { kind: 'new', provider: preset, clientSecret, account, scopes: ['openid', 'registry:read'] }
}

const own = (issuer: string): SignInRequest => {
  const provider = { kind: 'issuer', issuer, name: 'Mine', clientId: 'c' } as const
  return { kind: 'new', provider, clientSecret: null, account: null, scopes: [] }
}

/** Starts, lets the person answer at once, and waits for the end. */
async function signIn(request: SignInRequest = wish()): Promise<SignInProgress> {
  await service.start(request)
  oauth.pending.at(-1)?.answer()
  await settle()
  const last = progress.at(-1)
  if (last === undefined) throw new Error('Nothing happened')
  return last
}

function problemOf({ state }: SignInProgress): string {
  return state.kind === 'failed' ? state.problem.code : state.kind
}

describe('a first sign-in', () => {
  it('shows the provider’s page, waits five minutes and says where it is', async () => {
    const started = await service.start(wish())
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
    await signIn(wish({ account: 'work' }))
    expect(saved[0]?.ref.account).toBe('work')
  })

  it('makes ready for its entry while the person is asked, or as soon as the provider has named it', async () => {
    await service.start(wish({ account: 'work' }))
    const work = { service: 'sso.example.net', account: 'work' }
    expect(repository.prepared).toEqual([work])
    await service.start(wish({ clientId: 'client-2' }))
    expect(repository.prepared).toEqual([work])
    oauth.pending.at(-1)?.answer()
    await settle()
    expect(repository.prepared).toEqual([work, { service: 'sso.example.net', account: 'alice@example.net' }])
  })

  it('is filed under "default" when nobody names the account', async () => {
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
    ['a provider nobody knows', wish({ provider: 'nobody' }), 'UNKNOWN_SERVICE'],
    ['a service that is used with keys', wish({ provider: 'stripe' }), 'INVALID_REQUEST'],
    ['a confidential client without its secret', wish({ provider: 'confidential' }), 'INVALID_REQUEST'],
    ['a credential that is not there', { kind: 'again', credential: '["a","b"]' }, 'UNKNOWN_SERVICE'],
    ['a credential id that is none', { kind: 'again', credential: 'nonsense' }, 'UNKNOWN_SERVICE']
  ]
  it.each(refusals)('%s', async (_name, request, code) => {
    await expect(service.start(request)).rejects.toMatchObject({ code })
    expect(surface.opened).toEqual([])
    expect(service.list()).toEqual([])
  })

  it('a provider that does not answer, and it can be started again', async () => {
    oauth.beginFails = new VaultError('PROVIDER_UNREACHABLE')
    await expect(service.start(wish())).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' })
    oauth.beginFails = null
    expect((await service.start(wish())).state.kind).toBe('waiting')
  })

  it('a window that does not open leaves no port behind', async () => {
    surface.open = () => {
      throw new VaultError('INTERNAL')
    }
    await expect(service.start(wish())).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(service.list()).toEqual([])
  })
})

describe('an attempt that is under way', () => {
  it('comes to the front instead of a second one for the same provider and client', async () => {
    const first = await service.start(wish())
    const second = await service.start(wish())
    expect(second).toEqual(first)
    expect(surface.opened).toHaveLength(1)
    expect(surface.last.focused).toBe(1)
  })

  it('is one also when it is started twice in the same moment', async () => {
    const [one, other] = await Promise.all([service.start(wish()), service.start(wish())])
    expect(one.attempt).toBe(other.attempt)
    expect(oauth.pending).toHaveLength(1)
  })

  it('does not stand in the way of another client', async () => {
    await service.start(wish())
    await service.start(wish({ clientId: 'client-2' }))
    expect(service.list()).toHaveLength(2)
  })

  const endings: [string, (attempt: string) => void, string][] = [
    ['a cancel in the list', (attempt) => service.cancel(attempt), 'SIGN_IN_CANCELLED'],
    ['a closed window', () => surface.last.actions.cancel(), 'SIGN_IN_CANCELLED']
  ]
  it.each(endings)('ends with %s, and the port is free', async (_name, end, code) => {
    const { attempt } = await service.start(wish())
    end(attempt)
    await settle()
    expect(progress.map(problemOf)).toEqual(['waiting', code])
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('times out after five minutes, however the clock is set meanwhile', async () => {
    await service.start(wish())
    clock.jump(-86_400_000)
    await clock.pass(5 * MINUTE - 1)
    expect(progress.map(problemOf)).toEqual(['waiting'])
    await clock.pass(1)
    expect(progress.map(problemOf)).toEqual(['waiting', 'SIGN_IN_TIMED_OUT'])
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(surface.last.isClosed).toBe(true)
  })

  it('moves to the person’s browser when they ask for it', async () => {
    const { attempt } = await service.start(wish())
    service.continueInBrowser(attempt)
    expect(surface.last.movedToBrowser).toBe(1)
    expect(progress.at(-1)).toMatchObject({ surface: 'browser', state: { kind: 'waiting' } })
  })

  it('takes a pasted address, and goes on waiting after a wrong one', async () => {
    const { attempt } = await service.start(wish())
    expect(() => service.submitRedirectUrl(attempt, 'https://elsewhere.example')).toThrow(VaultError)
    expect(service.list()).toHaveLength(1)
    service.submitRedirectUrl(attempt, ' http://127.0.0.1:1/callback?code=c&state=s ')
    await settle()
    expect(progress.map(problemOf)).toEqual(['waiting', 'redeeming', 'done'])
  })

  it('ends when the app quits', async () => {
    await service.start(wish())
    await service.close()
    expect(progress.map(problemOf)).toEqual(['waiting', 'SIGN_IN_CANCELLED'])
    expect(oauth.pending[0]?.isClosed).toBe(true)
    await expect(service.start(wish())).rejects.toMatchObject({ code: 'SIGN_IN_CANCELLED' })
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
    await service.start(wish())
    const [pending] = oauth.pending
    if (pending) pending.redeemFails = new VaultError('SIGN_IN_DENIED')
    pending?.answer()
    await settle()
    expect(progress.map(problemOf)).toEqual(['waiting', 'redeeming', 'SIGN_IN_DENIED'])
    expect(saved).toEqual([])
  })

  it('shows nothing of an error that is not ours', async () => {
    await service.start(wish())
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
    const { attempt } = await service.start(wish())
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

describe('somebody else’s credential', () => {
  it('is not written over by a new sign-in under the same name', async () => {
    await signIn(wish({ account: 'work' }))
    oauth.grant = { subject: 'bob-0123456789' }
    await signIn(wish({ account: 'work' }))
    expect(repository.list().map(({ ref }) => ref.account)).toEqual(['work', 'work (bob-0123)'])
  })

  it('is not written over either when nobody can tell who is who', async () => {
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

describe('where the provider’s page is shown', () => {
  it('is the browser for a provider that forbids embedding', async () => {
    expect((await service.start(wish({ provider: 'strict' }))).surface).toBe('browser')
  })

  it('is the browser for a person who always wants that', async () => {
    alwaysUseBrowser = true
    expect((await service.start(wish())).surface).toBe('browser')
    expect(surface.last.view.surface).toBe('browser')
  })

  it('is told where the answer comes, which the page’s address may not say', async () => {
    await service.start(wish())
    expect(surface.last.view.redirectUri).toBe('http://127.0.0.1:28417/callback')
  })
})

describe('a page that does not work in the window', () => {
  it.each([
    ['the provider refuses windows', () => surface.last.actions.windowRefused()],
    ['the person goes on in the browser', () => surface.last.actions.continueInBrowser()]
  ])('is remembered when %s, and opens in the browser next time', async (_how, happens) => {
    const { attempt, surface: first } = await service.start(wish())
    expect(first).toBe('window')
    happens()
    expect([...windowFailures]).toEqual(['sso.example.net'])
    service.cancel(attempt)
    await settle()
    expect((await service.start(wish())).surface).toBe('browser')
  })

  it('is not remembered when it could not be loaded, unless it came after all', async () => {
    const { attempt } = await service.start(wish())
    surface.last.actions.pageUnreachable(true)
    service.continueInBrowser(attempt)
    expect(windowFailures.size).toBe(0)
    service.cancel(attempt)
    await settle()
    await service.start(wish())
    surface.last.actions.pageUnreachable(true)
    surface.last.actions.pageUnreachable(false)
    surface.last.actions.continueInBrowser()
    expect([...windowFailures]).toEqual(['sso.example.net'])
  })

  it('is not taken for one when the person cancels or does not come back', async () => {
    const { attempt } = await service.start(wish())
    service.cancel(attempt)
    await service.start(wish())
    await clock.pass(5 * MINUTE)
    expect(windowFailures.size).toBe(0)
  })

  it('is not remembered again by opening the browser a second time', async () => {
    alwaysUseBrowser = true
    const { attempt } = await service.start(wish())
    service.continueInBrowser(attempt)
    expect(windowFailures.size).toBe(0)
  })

  it('opens in the window again once it is forgotten', async () => {
    windowFailures.add('sso.example.net')
    const { attempt } = await service.start(wish())
    service.cancel(attempt)
    await settle()
    windowFailures.delete('sso.example.net')
    expect((await service.start(wish())).surface).toBe('window')
  })
})

describe('going on by a code', () => {
  const granted = async (): Promise<void> => {
    oauth.devices[0]?.next.push('granted')
    await clock.pass(5 * SECOND)
  }

  it('is how a provider begins that prefers it, and opens no page', async () => {
    oauth.hasDevice = true
    const { surface: shown, device, state } = await service.start(wish({ provider: 'coded' }))
    expect(shown).toBe('device')
    expect(device?.userCode).toBe('WDJB-MJHT')
    expect(state).toEqual({ kind: 'waiting', until: new Date(START.getTime() + 10 * MINUTE).toISOString() })
    expect(oauth.pending).toHaveLength(0)
    await granted()
    expect(progress.at(-1)?.state.kind).toBe('done')
    expect(oauth.devices[0]?.isClosed).toBe(true)
  })

  it('takes the place of a page that is open, with the life of the code', async () => {
    oauth.hasDevice = true
    const { attempt, offersCode } = await service.start(wish())
    expect(offersCode).toBe(true)
    await clock.pass(4 * MINUTE)
    await service.switchToCode(attempt)
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(surface.last.movedToDevice).toEqual(['https://sso.example.net/device?user_code=WDJB-MJHT'])
    await clock.pass(9 * MINUTE)
    expect(service.list()[0]?.state.kind).toBe('waiting')
    await clock.pass(MINUTE)
    expect(progress.at(-1)?.state).toMatchObject({ kind: 'failed', problem: { code: 'SIGN_IN_TIMED_OUT' } })
  })

  it('leaves the page as it is when the provider refuses', async () => {
    const { attempt } = await service.start(wish())
    await expect(service.switchToCode(attempt)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(service.list()[0]?.surface).toBe('window')
    expect(oauth.pending[0]?.isClosed).toBe(false)
  })

  it('comes too late once the person has answered, and the code is dropped', async () => {
    oauth.hasDevice = true
    const { attempt } = await service.start(wish())
    const pending = oauth.pending[0]
    const gate = Promise.withResolvers<void>()
    if (pending !== undefined) pending.gate = gate.promise
    pending?.answer()
    await settle()
    await service.switchToCode(attempt)
    expect(oauth.devices[0]?.isClosed).toBe(true)
    gate.resolve()
    await settle()
    expect(progress.at(-1)?.state.kind).toBe('done')
  })

  it('is asked for once, however often the button is pressed', async () => {
    oauth.hasDevice = true
    const { attempt } = await service.start(wish())
    await Promise.all([service.switchToCode(attempt), service.switchToCode(attempt)])
    expect(oauth.devices.filter(({ isClosed }) => !isClosed)).toHaveLength(1)
    await service.switchToCode(attempt)
    expect(oauth.devices).toHaveLength(2)
  })

  it('keeps the code on the screen when its page is opened', async () => {
    oauth.hasDevice = true
    const { attempt } = await service.start(wish({ provider: 'coded' }))
    service.continueInBrowser(attempt)
    expect(surface.last.movedToBrowser).toBe(1)
    expect(service.list()[0]).toMatchObject({ surface: 'device', device: { userCode: 'WDJB-MJHT' } })
  })

  it('has no code to copy while a page is open', async () => {
    const { attempt } = await service.start(wish())
    await expect(surface.last.actions.copyCode()).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(() => service.userCode(attempt)).toThrow('There is no code to copy.')
    expect(copied).toEqual([])
  })
})

describe('signing in again as somebody else', () => {
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
