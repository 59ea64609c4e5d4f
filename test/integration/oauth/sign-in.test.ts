import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src-main/core/testing/fake-clock.ts'
import { MINUTE } from '../../../src-main/core/tokens/lifetime.ts'
import { browse, browseToRedirect } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type World, ending, oauthWorld, refOf, signInRequest } from '../../support/oauth-world.ts'

let op: OpenIdProvider
let world: World

beforeEach(async () => {
  op = await startOpenIdProvider()
  world = oauthWorld()
})
afterEach(async () => {
  await world.signIns.close()
  await op.close()
})

/** Starts an attempt and returns the address of the provider's page. */
async function start(wish: Parameters<typeof signInRequest>[1] = {}): Promise<URL> {
  await world.signIns.start(signInRequest(op, wish))
  return new URL(world.surface.last.view.url)
}

const redirectOf = (page: URL): string => page.searchParams.get('redirect_uri') ?? ''
const tokenRequests = (): number => op.requests().filter((request) => request === 'POST /token').length
const kinds = (): string[] => world.progress.map(({ state }) => state.kind)

/** True if this port can be taken: no server listens there any more. */
async function isFree(redirectUri: string): Promise<boolean> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port: Number(new URL(redirectUri).port), exclusive: true }, () =>
      resolve(true)
    )
  })
  if (free) await new Promise((resolve) => server.close(resolve))
  return free
}

describe('signing in at a certified OpenID provider', () => {
  it('asks with code, PKCE S256, state and nonce, and for a new consent to stay signed in', async () => {
    const page = await start()
    const parameters = Object.fromEntries(page.searchParams)
    expect(parameters).toMatchObject({
      response_type: 'code',
      client_id: op.clientId,
      code_challenge_method: 'S256',
      prompt: 'consent',
      scope: 'openid email offline_access registry:read'
    })
    expect(parameters['redirect_uri']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    for (const name of ['state', 'nonce', 'code_challenge']) expect(parameters[name]).toMatch(/^[\w-]{43}$/)
  })

  it('ends with a stored credential that is labelled with the account and hands out its token', async () => {
    const page = await start()
    const response = await browse(page.href)
    const ref = refOf(await ending(world))
    expect(response.status).toBe(200)
    expect(ref.account).toBe('alice@example.test')
    expect(kinds()).toEqual(['waiting', 'redeeming', 'done'])
    const token = await world.tokens.getToken(ref, { scope: 'registry:read' })
    const issued = op.issued().find(({ kind }) => kind === 'access-token')
    expect(token.expose((text) => text)).toBe(issued?.value)
    const entry = world.repository.find(ref)
    expect(entry).toMatchObject({
      renewable: true,
      scopesGranted: ['openid', 'email', 'offline_access', 'registry:read']
    })
  })

  it('works for a confidential client and sends its secret', async () => {
    const { clientId, clientSecret } = op.confidential
    await browse((await start({ clientId, secret: clientSecret })).href)
    const ref = refOf(await ending(world))
    await world.tokens.refresh(ref)
    expect(op.events.filter(({ kind }) => kind === 'grant.success')).toHaveLength(2)
  })

  it('says which client the provider did not accept', async () => {
    const { clientId } = op.confidential
    await browse((await start({ clientId, secret: 'wrong' })).href)
    expect(await ending(world)).toMatchObject({
      kind: 'failed',
      problem: { code: 'CLIENT_REFUSED', message: expect.stringContaining('client secret') }
    })
  })

  it('works without OpenID, and then knows no account', async () => {
    await browse((await start({ scopes: ['registry:read'] })).href)
    expect(refOf(await ending(world)).account).toBe('default')
  })

  it('keeps apart what was asked and what the person allowed', async () => {
    await op.close()
    op = await startOpenIdProvider({ withhold: ['registry:read'] })
    await browse((await start()).href)
    const ref = refOf(await ending(world))
    expect(world.repository.find(ref)?.scopesRequested).toContain('registry:read')
    expect(world.repository.find(ref)?.scopesGranted).not.toContain('registry:read')
    await expect(world.tokens.getToken(ref, { scope: 'registry:read' })).rejects.toMatchObject({
      code: 'SCOPE_MISSING'
    })
  })

  it.each(['login', 'consent'] as const)(
    'ends as denied when the person cancels at the %s page',
    async (cancelAt) => {
      const page = await start()
      const response = await browse(page.href, { cancelAt })
      expect(await response.text()).toContain('Not signed in')
      expect(await ending(world)).toMatchObject({ kind: 'failed', problem: { code: 'SIGN_IN_DENIED' } })
      expect(tokenRequests()).toBe(0)
    }
  )

  it('takes the address a person pastes, when the browser could not reach the listener', async () => {
    const page = await start()
    const redirect = await browseToRedirect(page.href)
    const { attempt } = world.surface.last.view.progress
    const wrong = redirect.replace('state=', 'state=x')
    expect(() => world.signIns.submitRedirectUrl(attempt, wrong)).toThrow('does not belong')
    world.signIns.submitRedirectUrl(attempt, ` ${redirect}\n`)
    expect((await ending(world)).kind).toBe('done')
  })

  it('signs in again as the same account and keeps the credential’s place', async () => {
    await browse((await start()).href)
    const ref = refOf(await ending(world))
    await world.signIns.start({ kind: 'again', credential: JSON.stringify([ref.service, ref.account]) })
    const page = new URL(world.surface.last.view.url)
    expect(page.searchParams.get('login_hint')).toBe('alice@example.test')
    await browse(page.href)
    await expect.poll(() => kinds().filter((kind) => kind === 'done')).toHaveLength(2)
    expect(world.repository.list()).toHaveLength(1)
  })

  it('asks when another person signs in again, and follows the answer', async () => {
    await browse((await start()).href)
    const ref = refOf(await ending(world))
    const credential = JSON.stringify([ref.service, ref.account])
    const { attempt } = await world.signIns.start({ kind: 'again', credential })
    await browse(world.surface.last.view.url, { login: 'mallory' })
    await expect
      .poll(() => world.progress.at(-1)?.state)
      .toMatchObject({
        kind: 'other-account',
        expected: 'alice@example.test',
        found: 'mallory@example.test'
      })
    expect(world.repository.saved).toHaveLength(1)
    world.signIns.answerOtherAccount(attempt, 'replace')
    await expect.poll(() => world.progress.at(-1)?.state).toEqual({ kind: 'done', credential })
    await world.tokens.refresh(ref) // the new grant works
    expect(op.revokeGrants('mallory')).toBe(1)
    expect(op.revokeGrants('alice')).toBe(0) // the former grant was ended at the provider
  })
})

const claims = (page: URL): Record<string, unknown> => ({
  iss: op.issuer,
  sub: 'alice',
  aud: op.clientId,
  nonce: page.searchParams.get('nonce'),
  iat: Math.floor(Date.now() / 1000),
  exp: Math.floor(Date.now() / 1000) + 300
})

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('an ID token', () => {
  const rows: [string, object, string][] = [
    ['for this sign-in', {}, 'done'],
    ['from a provider whose clock is eight minutes ahead', { iat: Date.now() / 1000 + 480 }, 'done'],
    ['for another client', { aud: 'another' }, 'PROVIDER_REFUSED'],
    ['of another issuer', { iss: 'https://evil.example' }, 'PROVIDER_REFUSED'],
    ['of another attempt', { nonce: 'another' }, 'PROVIDER_REFUSED'],
    ['without a nonce', { nonce: undefined }, 'PROVIDER_REFUSED'],
    ['from yesterday', { exp: Date.now() / 1000 - 86_400 }, 'PROVIDER_REFUSED']
  ]
  it.each(rows)('%s', async (_name, change, outcome) => {
    const page = await start()
    const token = [{ alg: 'RS256' }, { ...claims(page), ...change }, {}].map(encode).join('.')
    const body = JSON.stringify({ access_token: 'at', token_type: 'bearer', id_token: token })
    op.disturb(({ path }) => (path === '/token' ? { kind: 'answer', status: 200, body } : null))
    await browse(page.href)
    const end = await ending(world)
    expect(end.kind === 'failed' ? end.problem.code : end.kind).toBe(outcome)
  })
})

describe('an answer at the redirect URI', () => {
  const wrongs: [string, (answer: URL) => void, number][] = [
    ['with a wrong state', (answer) => answer.searchParams.set('state', 'x'.repeat(43)), 400],
    ['without a state', (answer) => answer.searchParams.delete('state'), 400],
    ['with two states', (answer) => answer.searchParams.append('state', 'x'), 400],
    [
      'with a state of two million characters',
      (answer) => answer.searchParams.set('state', 'x'.repeat(2_000_000)),
      0
    ],
    ['with another issuer', (answer) => answer.searchParams.set('iss', 'https://evil.example'), 400],
    ['without its issuer', (answer) => answer.searchParams.delete('iss'), 400],
    ['with the issuer twice', (answer) => answer.searchParams.append('iss', 'https://evil.example'), 400],
    ['with two codes', (answer) => answer.searchParams.append('code', 'second'), 400],
    ['on another path', (answer) => void (answer.pathname = '/callback/'), 404]
  ]
  it.each(wrongs)('%s is not taken, and the right one still is', async (_name, spoil, status) => {
    const redirect = await browseToRedirect((await start()).href)
    const wrong = new URL(redirect)
    spoil(wrong)
    const response = await fetch(wrong).catch(() => null)
    expect(response?.status ?? 0).toBe(status)
    expect(kinds()).toEqual(['waiting'])
    expect(tokenRequests()).toBe(0)
    await fetch(redirect)
    expect((await ending(world)).kind).toBe('done')
  })

  it('is taken once: a second delivery finds no listener and sends no second code', async () => {
    const redirect = await browseToRedirect((await start()).href)
    await fetch(redirect)
    await expect(fetch(redirect)).rejects.toThrow()
    expect((await ending(world)).kind).toBe('done')
    expect(tokenRequests()).toBe(1)
  })

  it('of one provider is not taken for another’s (mix-up): no code goes to the wrong one', async () => {
    const other = await startOpenIdProvider()
    const elsewhere = oauthWorld()
    try {
      const mine = await start()
      await elsewhere.signIns.start(signInRequest(other))
      const theirs = new URL(elsewhere.surface.last.view.url)
      const myAnswer = new URL(await browseToRedirect(mine.href))
      const theirAnswer = new URL(await browseToRedirect(theirs.href))
      for (const [to, from] of [
        [mine, theirAnswer],
        [theirs, myAnswer]
      ] as const) {
        const swapped = new URL(redirectOf(to))
        swapped.search = from.search
        expect((await fetch(swapped)).status).toBe(400)
        // The same with the state that the target waits for: then the issuer reveals the swap.
        swapped.searchParams.set('state', to.searchParams.get('state') ?? '')
        expect((await fetch(swapped)).status).toBe(400)
      }
      expect(tokenRequests()).toBe(0)
      expect(other.requests().filter((request) => request === 'POST /token')).toEqual([])
    } finally {
      await elsewhere.signIns.close()
      await other.close()
    }
  })
})

describe('the port of an attempt', () => {
  it('is free again after a cancel', async () => {
    const redirect = redirectOf(await start())
    expect(await isFree(redirect)).toBe(false)
    world.surface.last.actions.cancel()
    await expect.poll(() => isFree(redirect)).toBe(true)
  })

  it('is free again after a sign-in', async () => {
    const page = await start()
    await browse(page.href)
    await ending(world)
    expect(await isFree(redirectOf(page))).toBe(true)
  })

  it('is free again after the time-out', async () => {
    const clock = new FakeClock(new Date())
    world = oauthWorld({ clock })
    const redirect = redirectOf(await start())
    await clock.pass(5 * MINUTE)
    expect(world.progress.at(-1)?.state).toMatchObject({
      kind: 'failed',
      problem: { code: 'SIGN_IN_TIMED_OUT' }
    })
    await expect.poll(() => isFree(redirect)).toBe(true)
  })

  it('is another one for the next attempt', async () => {
    const first = redirectOf(await start())
    const second = redirectOf(await start({ clientId: 'another-client' }))
    expect(first).not.toBe(second)
  })
})
