import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CredentialRef, credentialKey } from '#shared/credential.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../../../src-main/core/credential-record.ts'
import type { Secret } from '../../../src-main/core/secret.ts'
import { toSummary } from '../../../src-main/core/list/summary.ts'
import { type GoTrueServer, startGoTrue } from '../../support/gotrue-server.ts'
import { ending, oauthWorld, refOf, type World } from '../../support/oauth-world.ts'

const PASSWORD = 'correct horse battery staple 0815'
const ANA = { email: 'ana@example.test', password: PASSWORD }

let project: GoTrueServer
let world: World

beforeEach(() => start())
afterEach(async () => {
  await world.signIns.close()
  await project.close()
})

async function start(options: Parameters<typeof startGoTrue>[0] = {}): Promise<void> {
  project = await startGoTrue(options)
  project.addUser(ANA)
  world = oauthWorld()
}

function asking(change: Partial<Extract<PasswordSignInRequest, { kind: 'new' }>> = {}) {
  const login = { projectKey: project.key, name: 'Shop', ...ANA }
  return world.signIns.startWithPassword({ kind: 'new', project: project.url, ...login, ...change })
}
function askingAgain(ref: CredentialRef, change: { email?: string; projectKey?: string } = {}) {
  const credential = credentialKey(ref)
  return world.signIns.startWithPassword({ kind: 'again', credential, projectKey: null, ...ANA, ...change })
}
const signedIn = async (): Promise<CredentialRef> => refOf((await asking()).state)
const text = (secret: Secret | null): string => secret?.expose((value) => value) ?? ''
const held = async (ref: CredentialRef): Promise<OAuthGrant> =>
  (await world.repository.load(ref)) as OAuthGrant
const asked = (path: string): number => project.requests.filter(({ at }) => at.includes(path)).length
async function problemOf(task: Promise<SignInProgress>): Promise<unknown> {
  return await task.then(
    ({ state }) => expect.unreachable(`It came to ${state.kind}`),
    (error: unknown) => error
  )
}

describe('signing in at a Supabase project', () => {
  it('brings tokens under the account’s e-mail address, and tells how it ended once', async () => {
    const ref = await signedIn()
    expect(ref.account).toBe('ana@example.test')
    const grant = await held(ref)
    expect(grant.provider.endpoints).toEqual({ kind: 'gotrue', issuer: `${project.url}/auth/v1` })
    expect(grant.subject).toMatch(/^[\da-f-]{36}$/)
    expect(project.sessions.userOf(text(grant.tokens.accessToken))?.email).toBe('ana@example.test')
    expect(text(grant.client.secret)).toBe(project.key)
    expect(world.progress.map(({ state }) => state.kind)).toEqual(['done'])
  })

  it('sends the password once, in a JSON body, with the project’s key and no cookie', async () => {
    await signedIn()
    const [request, ...others] = project.requests
    expect(others).toEqual([])
    expect(request).toMatchObject({ at: 'POST /auth/v1/token?grant_type=password', fields: ANA })
    expect(request?.headers).toMatchObject({ apikey: project.key, 'content-type': 'application/json' })
    expect(request?.headers.cookie).toBeUndefined()
  })

  it('keeps neither the password nor, outside the record, the key', async () => {
    const ref = await signedIn()
    const grant = await held(ref)
    const entry = world.repository.find(ref)
    expect(inspect(grant, { depth: 9 })).not.toContain(PASSWORD)
    expect(grant.tokens.accessToken.expose((value) => value)).not.toContain(PASSWORD)
    const shown = JSON.stringify([entry, world.progress])
    expect(shown).not.toContain(PASSWORD)
    expect(shown).not.toContain(project.key)
  })

  it('is listed as a sign-in by password, without a client', async () => {
    const entry = world.repository.find(await signedIn())
    expect(entry).not.toBeNull()
    const summary = toSummary(entry!, { now: new Date(), refreshingSince: null })
    expect(summary).toMatchObject({
      kind: 'oauth',
      name: 'Shop',
      signsInBy: 'password',
      clientId: null,
      renewable: true,
      issuer: `${project.url}/auth/v1`
    })
  })

  it('twice by the same person is one entry, by two people two', async () => {
    const first = await signedIn()
    expect(await signedIn()).toEqual(first)
    project.addUser({ email: 'bob@example.test', password: 'x' })
    await asking({ email: 'bob@example.test', password: 'x' })
    expect(world.repository.list().map(({ ref }) => ref.account)).toEqual([
      'ana@example.test',
      'bob@example.test'
    ])
  })

  it('works with the address of its Supabase Auth too', async () => {
    expect((await asking({ project: ` ${project.url}/auth/v1/ ` })).state.kind).toBe('done')
  })
})

describe('a sign-in that a project refuses', () => {
  const refusals = [
    ['a wrong password', { password: 'wrong' }, 'SIGN_IN_DENIED', 'does not accept this e-mail address'],
    ['an unknown address', { email: 'eve@example.test' }, 'SIGN_IN_DENIED', 'does not accept this'],
    ['a wrong key', { projectKey: 'sb_publishable_wrong' }, 'CLIENT_REFUSED', 'publishable key'],
    ['a secret key', { projectKey: 'sb_secret_planted' }, 'INVALID_REQUEST', 'secret key of the project'],
    ['a path that is no project’s', { project: 'https://x.example/y' }, 'INVALID_REQUEST', 'alone'],
    ['no TLS', { project: 'http://x.example' }, 'INVALID_REQUEST', 'https://']
  ] as const
  it.each(refusals)('%s', async (_name, change, code, words) => {
    const error = await problemOf(asking(change))
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(PASSWORD)
    expect(world.repository.list()).toEqual([])
    expect(world.signIns.list()).toEqual([])
    expect(project.sessions.count).toBe(0)
  })

  it('sends nothing at all with a secret key', async () => {
    const payload = Buffer.from(JSON.stringify({ role: 'service_role' })).toString('base64url')
    const error = await problemOf(asking({ projectKey: `eyJh.${payload}.c2ln` }))
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(project.requests).toEqual([])
  })

  it.each(['today', 'former'] as const)('an unconfirmed address, in the words of %s', async (words) => {
    await project.close()
    await start({ words })
    project.addUser({ email: 'new@example.test', password: 'x', isConfirmed: false })
    const error = await problemOf(asking({ email: 'new@example.test', password: 'x' }))
    expect(error).toMatchObject({ code: 'SIGN_IN_DENIED', message: expect.stringContaining('not confirmed') })
    const wrong = await problemOf(asking({ password: 'wrong' }))
    expect(wrong).toMatchObject({ code: 'SIGN_IN_DENIED', message: expect.stringContaining('Check both') })
  })

  it('that was cancelled meanwhile: the session is ended at the project', async () => {
    const under = asking()
    await world.signIns.close()
    expect((await under).state).toMatchObject({ kind: 'failed', problem: { code: 'SIGN_IN_CANCELLED' } })
    expect(asked('grant_type=password')).toBe(1)
    expect(project.sessions.count).toBe(0)
    expect(world.repository.list()).toEqual([])
  })

  it('too many of them', async () => {
    const body = { code: 429, error_code: 'over_request_rate_limit', msg: 'Request rate limit reached' }
    project.disturb('/token', { kind: 'answer', status: 429, body })
    const error = await problemOf(asking())
    expect(error).toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('too many')
    })
  })

  it('a second factor: it says what to do, and the half session is ended', async () => {
    project.addUser({ email: 'mfa@example.test', password: 'x', hasSecondFactor: true })
    const error = await problemOf(asking({ email: 'mfa@example.test', password: 'x' }))
    expect(error).toMatchObject({ code: 'SIGN_IN_DENIED', message: expect.stringContaining('second factor') })
    expect(asked('/logout?scope=local')).toBe(1)
    expect(project.sessions.count).toBe(0)
  })

  it('no project behind the address', async () => {
    project.disturb('/token', { kind: 'answer', status: 404, body: { message: 'no Route matched' } })
    const error = await problemOf(asking())
    expect(error).toMatchObject({
      code: 'PROVIDER_REFUSED',
      message: expect.stringContaining('no Supabase Auth')
    })
  })
})

describe('renewing at a Supabase project', () => {
  it('rotates: each token is spent once, and the newest is kept', async () => {
    const ref = await signedIn()
    const seen = new Set([text((await held(ref)).tokens.refreshToken)])
    for (let round = 0; round < 5; round += 1) {
      await world.tokens.refresh(ref)
      seen.add(text((await held(ref)).tokens.refreshToken))
    }
    expect(seen.size).toBe(6)
    expect(asked('grant_type=refresh_token')).toBe(5)
    const { accessToken } = (await held(ref)).tokens
    expect(project.sessions.userOf(text(accessToken))?.email).toBe('ana@example.test')
    expect(project.requests.at(-1)?.headers['apikey']).toBe(project.key)
  })

  it('asks once more with the same token when the answer is lost, and gets the tokens of today', async () => {
    const ref = await signedIn()
    project.disturb('/token', { kind: 'lose' })
    await world.tokens.refresh(ref)
    const sent = project.requests.slice(-2).map(({ fields }) => fields['refresh_token'])
    expect(new Set(sent).size).toBe(1)
    await world.tokens.refresh(ref)
    expect(world.repository.find(ref)?.health.kind).toBe('ok')
  })

  it.each(['today', 'former'] as const)(
    'asks for a new sign-in once the session was ended by a reuse, in the words of %s',
    async (words) => {
      await project.close()
      await start({ words, reuseSeconds: 0 })
      const ref = await signedIn()
      const stolen = text((await held(ref)).tokens.refreshToken)
      await world.tokens.refresh(ref)
      await world.tokens.refresh(ref)
      expect(project.sessions.renew(stolen)).toEqual({ refused: 'refresh_token_already_used' })
      await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
      expect(world.repository.find(ref)?.health).toMatchObject({ kind: 'needs-sign-in' })
      expect(text((await held(ref)).client.secret)).toBe(project.key)
      expect((await askingAgain(ref)).state).toEqual({ kind: 'done', credential: credentialKey(ref) })
      expect(world.repository.find(ref)).toMatchObject({ name: 'Shop', health: { kind: 'ok' } })
    }
  )

  it('sends a refresh token only after it was written down', async () => {
    const grant = await held(await signedIn())
    const before = project.requests.length
    const refuse = (): void => {
      throw new VaultError('STORE_WRITE_FAILED')
    }
    await expect(world.oauth.refresh(grant, refuse)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    expect(project.requests).toHaveLength(before)
  })

  it.each([
    ['a redirect', { status: 302, body: {}, headers: { location: '/auth/v1/elsewhere' } }],
    ['more than is read', { status: 200, body: { padding: 'x'.repeat(300_000) } }],
    ['a server in trouble', { status: 503, body: {} }]
  ])('takes %s for no answer, and keeps the session', async (_name, answer) => {
    const ref = await signedIn()
    project.disturb('/token', { kind: 'answer', ...answer })
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    expect(asked('elsewhere')).toBe(0)
    expect(world.repository.find(ref)?.health.kind).toBe('refresh-failing')
    expect(project.sessions.count).toBe(1)
  })

  it('waits as long as a rate limit says, and loses nothing', async () => {
    const ref = await signedIn()
    const body = { code: 429, error_code: 'over_request_rate_limit', msg: 'Request rate limit reached' }
    project.disturb('/token', { kind: 'answer', status: 429, body, headers: { 'retry-after': '120' } })
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    const { health } = world.repository.find(ref) ?? {}
    const wait = health?.kind === 'refresh-failing' ? (health.nextTryAt?.getTime() ?? 0) - Date.now() : 0
    expect(wait).toBeGreaterThan(100_000)
  })

  it('tells a key that is no longer taken from a session that has ended', async () => {
    const ref = await signedIn()
    project.disturb('/token', { kind: 'answer', status: 401, body: { message: 'Invalid API key' } })
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'CLIENT_REFUSED' })
    expect(world.repository.find(ref)?.health.kind).toBe('refresh-failing')
  })
})

describe('signing in again at a Supabase project', () => {
  it('as the same person ends the former session, which is of no use any more', async () => {
    const ref = await signedIn()
    const before = text((await held(ref)).tokens.accessToken)
    expect((await askingAgain(ref)).state.kind).toBe('done')
    expect(project.sessions.count).toBe(1)
    expect(project.sessions.userOf(before)).toBeNull()
    const after = await held(ref)
    expect(project.sessions.userOf(text(after.tokens.accessToken))?.email).toBe('ana@example.test')
  })

  it('as another person asks what to do with it', async () => {
    const ref = await signedIn()
    project.addUser({ email: 'bob@example.test', password: PASSWORD })
    const { attempt, state } = await askingAgain(ref, { email: 'bob@example.test' })
    expect(state).toMatchObject({
      kind: 'other-account',
      expected: 'ana@example.test',
      found: 'bob@example.test'
    })
    world.signIns.answerOtherAccount(attempt, 'add')
    expect(refOf(await ending(world)).account).toBe('bob@example.test')
    expect(world.repository.list()).toHaveLength(2)
  })

  it('that is given up at the question ends the new session and keeps the old one', async () => {
    const ref = await signedIn()
    const before = text((await held(ref)).tokens.accessToken)
    project.addUser({ email: 'bob@example.test', password: PASSWORD })
    const { attempt } = await askingAgain(ref, { email: 'bob@example.test' })
    world.signIns.cancel(attempt)
    await expect.poll(() => project.sessions.count).toBe(1)
    expect(text((await held(ref)).tokens.accessToken)).toBe(before)
  })

  it('that can not be stored ends the new session and no other', async () => {
    const ref = await signedIn()
    const before = text((await held(ref)).tokens.accessToken)
    world.repository.failSave = new VaultError('STORE_WRITE_FAILED')
    expect((await askingAgain(ref)).state).toMatchObject({
      kind: 'failed',
      problem: { code: 'STORE_WRITE_FAILED' }
    })
    expect(project.sessions.count).toBe(1)
    expect(project.sessions.userOf(before)?.email).toBe('ana@example.test')
  })

  it('takes another key of the project where one is given', async () => {
    const ref = await signedIn()
    expect(await problemOf(askingAgain(ref, { projectKey: 'sb_publishable_old' }))).toMatchObject({
      code: 'CLIENT_REFUSED'
    })
    expect(text((await held(ref)).client.secret)).toBe(project.key)
  })

  it('opens no page: a start as for other services is refused', async () => {
    const provider = { kind: 'preset', provider: 'supabase-auth', clientId: 'x' } as const
    await expect(
      world.signIns.start({ kind: 'new', provider, clientSecret: null, account: null, scopes: [] })
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('e-mail') })
    const credential = credentialKey(await signedIn())
    await expect(world.signIns.start({ kind: 'again', credential })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('e-mail and password')
    })
  })
})

describe('the end of a session at a Supabase project', () => {
  it('is asked for with the access token, for this session alone, and renews nothing', async () => {
    const grant = await held(await signedIn())
    await signedIn()
    expect(await world.oauth.revoke(grant)).toBe('yes')
    expect(project.requests.at(-1)).toMatchObject({ at: 'POST /auth/v1/logout?scope=local' })
    expect(project.requests.at(-1)?.headers.authorization).toBe(`Bearer ${text(grant.tokens.accessToken)}`)
    expect(asked('grant_type=refresh_token')).toBe(0)
    expect(project.sessions.count).toBe(1)
  })

  it('is told as done when the project knows it no more, and as not done when it does not answer', async () => {
    const grant = await held(await signedIn())
    project.sessions.endAll()
    expect(await world.oauth.revoke(grant)).toBe('yes')
    project.disturb('/logout', { kind: 'answer', status: 403, body: { code: 403, error_code: 'bad_jwt' } })
    expect(await world.oauth.revoke(grant)).toBe('no')
    project.disturb('/logout', { kind: 'lose' })
    expect(await world.oauth.revoke(grant)).toBe('no')
  })

  it('is waited for five seconds at most', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout')
    const grant = await held(await signedIn())
    timeout.mockClear()
    expect(await world.oauth.revoke(grant)).toBe('yes')
    expect(timeout.mock.calls).toEqual([[5000]])
    timeout.mockRestore()
  })

  it('shows when a token is checked', async () => {
    const grant = await held(await signedIn())
    expect(await world.oauth.check(grant, grant.tokens.accessToken)).toMatchObject({ works: true })
    project.sessions.endAll()
    expect(await world.oauth.check(grant, grant.tokens.accessToken)).toMatchObject({ works: false })
  })

  // These answers come from a replaced key, a moved server or a proxy: a token that works must not be called
  // dead.
  it.each([
    ['the gateway refuses the key', 401, { message: 'Invalid API key' }, 'CLIENT_REFUSED'],
    ['nothing is there', 404, { message: 'no Route matched with those values' }, 'PROVIDER_REFUSED'],
    ['something on the way refuses', 403, {}, 'PROVIDER_REFUSED'],
    ['there were too many', 400, { error_code: 'over_request_rate_limit' }, 'PROVIDER_UNREACHABLE'],
    ['there were too many, in the words of HTTP', 429, {}, 'PROVIDER_UNREACHABLE'],
    ['it is out of order', 503, {}, 'PROVIDER_UNREACHABLE']
  ])('calls no token dead when %s', async (_what, status, body, code) => {
    const grant = await held(await signedIn())
    project.disturb('/user', { kind: 'answer', status, body })
    await expect(world.oauth.check(grant, grant.tokens.accessToken)).rejects.toMatchObject({ code })
  })
})
