import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SignInProgress } from '#shared/sign-in.ts'
import { MINUTE, SECOND } from '../../../src-main/core/tokens/lifetime.ts'
import type { OAuthProvider } from '../../../src-main/core/provider.ts'
import { FakeClock, settle } from '../../../src-main/core/testing/fake-clock.ts'
import { sampleProvider } from '../../../src-main/core/testing/samples.ts'
import { allowDevice } from '../../support/openid-device-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type World, ending, oauthWorld, refOf, signInRequest } from '../../support/oauth-world.ts'

const tokenRequests = (op: OpenIdProvider): number =>
  op.requests().filter((request) => request === 'POST /token').length

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isTrue(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(isTrue()).toBe(true)
}

describe('signing in by a code at a certified OpenID provider', () => {
  let op: OpenIdProvider
  let clock: FakeClock
  let world: World

  beforeEach(async () => {
    op = await startOpenIdProvider()
    clock = new FakeClock(new Date())
    world = oauthWorld({ clock })
  })
  afterEach(async () => {
    await world.signIns.close()
    await op.close()
  })

  async function start(wish: Parameters<typeof signInRequest>[1] = {}) {
    const { attempt } = await world.signIns.start(signInRequest(op, wish))
    await world.signIns.switchToCode(attempt)
    const { device } = world.progress.at(-1) as SignInProgress
    if (device === null) throw new Error('There is no code')
    return { attempt, device }
  }

  /** Lets the pause pass and waits for the answer to one more request. */
  async function ask(pause = 5 * SECOND): Promise<void> {
    const before = tokenRequests(op)
    const waits = clock.waits.length
    await clock.pass(pause)
    await until(() => tokenRequests(op) > before)
    await until(() => clock.waits.length > waits || world.signIns.list()[0]?.state.kind !== 'waiting')
  }

  it('ends the grant at the provider if the grant comes in the moment of the cancel', async () => {
    const { attempt, device } = await start()
    expect(await allowDevice(device.verificationUri, device.userCode)).toBe('Connected')
    op.disturb(({ path }) => (path === '/token' ? { kind: 'delay', ms: 200 } : null))
    await clock.pass(5 * SECOND)
    await until(() => tokenRequests(op) === 1)
    world.signIns.cancel(attempt)
    expect(world.progress.at(-1)?.state).toMatchObject({ problem: { code: 'SIGN_IN_CANCELLED' } })
    await until(() => op.events.some(({ kind }) => kind === 'grant.revoked'))
    expect(op.issued().some(({ kind }) => kind === 'refresh-token')).toBe(true)
    expect(world.repository.list()).toEqual([])
  })

  it('is offered where the metadata names the endpoint', async () => {
    const { offersCode, surface } = await world.signIns.start(signInRequest(op))
    expect([offersCode, surface]).toEqual([true, 'window'])
  })

  it('asks every five seconds, and ends with a stored credential when the person has allowed it', async () => {
    const { device } = await start()
    expect(device.userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/)
    expect(device.verificationUri).toBe(`${op.issuer}/device`)
    await clock.pass(4 * SECOND)
    expect(tokenRequests(op)).toBe(0)
    await ask(SECOND)
    await ask()
    expect(world.progress.at(-1)?.state.kind).toBe('waiting')
    expect(await allowDevice(device.verificationUri, device.userCode)).toBe('Connected')
    await ask()
    const ref = refOf(await ending(world))
    expect(ref.account).toBe('alice@example.test')
    const token = await world.tokens.getToken(ref, { scope: 'registry:read' })
    expect(token.expose((text) => text)).toBe(
      op.issued().findLast(({ kind }) => kind === 'access-token')?.value
    )
    expect(world.repository.find(ref)?.renewable).toBe(true)
    await world.tokens.refresh(ref)
  })

  it('works by the address that holds the code', async () => {
    const { device } = await start()
    expect(await allowDevice(device.verificationUriComplete ?? '', '')).toBe('Connected')
    await ask()
    expect(await ending(world)).toMatchObject({ kind: 'done' })
  })

  it('gives up the redirect URI of the attempt it takes over', async () => {
    const { attempt } = await world.signIns.start(signInRequest(op))
    const redirect = new URL(world.surface.last.view.url).searchParams.get('redirect_uri') ?? ''
    expect((await fetch(redirect)).status).toBe(400)
    await world.signIns.switchToCode(attempt)
    await expect(fetch(redirect)).rejects.toThrow('fetch failed')
    expect(world.surface.last.movedToDevice).toHaveLength(1)
  })

  it.each(['code', 'login', 'consent'] as const)(
    'ends as denied when the person cancels at the %s page',
    async (cancelAt) => {
      const { device } = await start()
      await allowDevice(device.verificationUri, device.userCode, { cancelAt })
      await ask()
      expect(await ending(world)).toMatchObject({ kind: 'failed', problem: { code: 'SIGN_IN_DENIED' } })
    }
  )

  it('ends when the code has expired, and asks no more', async () => {
    await op.close()
    op = await startOpenIdProvider({ deviceTtl: 12 })
    await start()
    await ask()
    await ask()
    await clock.pass(2 * SECOND)
    expect(await ending(world)).toMatchObject({ kind: 'failed', problem: { code: 'SIGN_IN_TIMED_OUT' } })
    const asked = tokenRequests(op)
    await clock.pass(MINUTE)
    expect(tokenRequests(op)).toBe(asked)
    expect(clock.pending).toBe(0)
  })

  it('ends when it is cancelled, and asks no more', async () => {
    const { attempt } = await start()
    await ask()
    world.signIns.cancel(attempt)
    expect(await ending(world)).toMatchObject({ kind: 'failed', problem: { code: 'SIGN_IN_CANCELLED' } })
    await clock.pass(MINUTE)
    expect(tokenRequests(op)).toBe(1)
  })

  it('goes on with the same code after a 503, a lost answer and a lost connection, ever more slowly', async () => {
    const { device } = await start()
    const faults = [
      { kind: 'answer', status: 503, headers: { 'content-type': 'text/html' } },
      { kind: 'drop-after' },
      { kind: 'drop-before' }
    ] as const
    let next = 0
    op.disturb(({ path }) => (path === '/token' ? (faults[next++] ?? null) : null))
    await ask(5 * SECOND)
    await ask(10 * SECOND)
    await ask(20 * SECOND)
    expect(world.progress.at(-1)?.state.kind).toBe('waiting')
    await allowDevice(device.verificationUri, device.userCode)
    await ask(40 * SECOND)
    expect(await ending(world)).toMatchObject({ kind: 'done' })
    expect(op.requests().filter((request) => request === 'POST /device/auth')).toHaveLength(1)
  })

  it('tells the windows no device code and copies the code a person types', async () => {
    const { attempt, device } = await start()
    await world.surface.last.actions.copyCode()
    expect(world.copied).toEqual([device.userCode])
    expect(world.signIns.userCode(attempt)).toBe(device.userCode)
    const told = world.progress.flatMap((each) => [each.device, each.state]).filter((each) => each !== null)
    const names = new Set(told.flatMap((each) => Object.keys(each)))
    expect([...names].toSorted()).toEqual([
      'kind',
      'until',
      'userCode',
      'verificationUri',
      'verificationUriComplete'
    ])
  })
})

type Scripted = {
  readonly status?: number
  readonly body: Record<string, unknown> | string
  readonly after?: string
}

describe('signing in by a code at a server that does not make it easy', () => {
  let server: Server
  let issuer: string
  let clock: FakeClock
  let world: World
  let device: Scripted
  let answers: Scripted[]
  let asked: URLSearchParams[]
  let isOffered: boolean
  let proofs: (string | undefined)[]
  let initiated: URLSearchParams

  const started = {
    device_code: 'the-device-code',
    user_code: 'ABCD-EFGH',
    expires_in: 900,
    interval: 5
  }
  const granted = { body: { access_token: 'access-canary', token_type: 'bearer', expires_in: 3600 } }
  const error = (code: string, more = {}): Scripted => ({ status: 400, body: { error: code, ...more } })

  beforeEach(async () => {
    answers = []
    asked = []
    isOffered = true
    proofs = []
    server = createServer((request, response) => {
      void (async () => {
        const { status = 200, body, after } = await reply(request)
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        const headers = {
          'content-type': 'application/json',
          ...(after === undefined ? {} : { 'retry-after': after })
        }
        response.writeHead(status, headers).end(text)
      })()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    device = { body: { ...started, verification_uri: `${issuer}/device` } }
    clock = new FakeClock(new Date())
    world = oauthWorld({ clock })
  })
  afterEach(async () => {
    await world.signIns.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  async function reply(request: IncomingMessage): Promise<Scripted> {
    const { pathname } = new URL(request.url ?? '', issuer)
    if (pathname === '/.well-known/openid-configuration') return { body: metadata() }
    let text = ''
    for await (const chunk of request) text += String(chunk)
    if (pathname === '/device/auth') {
      initiated = new URLSearchParams(text)
      return device
    }
    proofs.push(request.headers['dpop'] as string | undefined)
    asked.push(new URLSearchParams(text))
    return answers.shift() ?? error('authorization_pending')
  }

  function metadata(): Record<string, unknown> {
    return {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      ...(isOffered ? { device_authorization_endpoint: `${issuer}/device/auth` } : {})
    }
  }

  async function start(): Promise<SignInProgress> {
    const provider = { kind: 'issuer', issuer, name: 'Scripted', clientId: 'client' } as const
    const request = { kind: 'new', provider, clientSecret: null, account: null, scopes: ['read'] } as const
    const { attempt } = await world.signIns.start({ ...request, scopes: [...request.scopes] })
    await world.signIns.switchToCode(attempt)
    return world.progress.at(-1) as SignInProgress
  }

  /** Expects that this pause is just long enough for one more request. */
  async function asksAfter(pause: number): Promise<void> {
    const before = asked.length
    const waits = clock.waits.length
    await clock.pass(pause - 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(asked).toHaveLength(before)
    await clock.pass(1)
    await until(() => asked.length === before + 1)
    const isUnderWay = (): boolean => world.signIns.list().some(({ state }) => state.kind !== 'failed')
    await until(() => clock.waits.length > waits || !isUnderWay())
    await settle()
  }

  it('is not offered where the metadata names no endpoint, and the page stays open', async () => {
    isOffered = false
    await expect(start()).rejects.toMatchObject({ code: 'CLIENT_REFUSED' })
    expect(world.signIns.list()).toMatchObject([
      { offersCode: false, surface: 'window', state: { kind: 'waiting' } }
    ])
  })

  it('asks five seconds more slowly from every slow_down on', async () => {
    await start()
    answers = [error('slow_down'), error('authorization_pending'), error('slow_down'), granted]
    await asksAfter(5 * SECOND)
    await asksAfter(10 * SECOND)
    await asksAfter(10 * SECOND)
    await asksAfter(15 * SECOND)
    expect(await ending(world)).toMatchObject({ kind: 'done' })
    expect(new Set(asked.map((form) => form.get('device_code')))).toEqual(new Set(['the-device-code']))
  })

  it('keeps the pause that a slow_down names, as GitHub’s does', async () => {
    await start()
    answers = [{ body: { error: 'slow_down', interval: 17 } }, error('authorization_pending'), granted]
    await asksAfter(5 * SECOND)
    await asksAfter(17 * SECOND)
    await asksAfter(17 * SECOND)
    expect(await ending(world)).toMatchObject({ kind: 'done' })
  })

  it('takes five seconds where no pause is named, and understands numbers in quotes', async () => {
    device = {
      body: { ...started, interval: undefined, expires_in: '900', verification_url: `${issuer}/device` }
    }
    await start()
    await asksAfter(5 * SECOND)
  })

  it('asks for the row’s resource in its own words, and binds the tokens to a key where the row says so', async () => {
    const row: OAuthProvider = {
      ...sampleProvider,
      endpoints: { kind: 'discovered', issuer },
      scopeParameter: 'user_scope',
      scopeSeparator: { request: ',', response: ',' },
      resource: 'https://api.example.net/',
      dpop: true
    }
    const client = { id: 'client', secret: null }
    const request = { provider: row, client, scopes: ['read', 'write'], loginHint: null }
    const begun = await world.oauth.beginDevice(request)
    expect(Object.fromEntries(initiated)).toEqual({
      client_id: 'client',
      user_scope: 'read,write',
      resource: 'https://api.example.net/'
    })
    answers = [granted]
    const answer = await begun.ask()
    expect(asked[0]?.get('resource')).toBe('https://api.example.net/')
    expect(proofs[0]).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(answer.kind === 'granted' && answer.grant.tokens.dpopKey !== undefined).toBe(true)
  })

  it('waits as long as a 503 says', async () => {
    await start()
    answers = [{ status: 503, body: '', after: '42' }, granted]
    await asksAfter(5 * SECOND)
    await asksAfter(42 * SECOND)
    expect(await ending(world)).toMatchObject({ kind: 'done' })
  })

  it.each([
    ['expired_token', 'SIGN_IN_TIMED_OUT'],
    ['access_denied', 'SIGN_IN_DENIED'],
    ['authorization_declined', 'SIGN_IN_DENIED'],
    ['invalid_grant', 'PROVIDER_REFUSED'],
    ['invalid_client', 'CLIENT_REFUSED']
  ])('ends at %s with %s', async (code, problem) => {
    await start()
    answers = [error(code)]
    await asksAfter(5 * SECOND)
    expect(await ending(world)).toMatchObject({ kind: 'failed', problem: { code: problem } })
  })

  it.each([
    ['plain http elsewhere', 'http://sso.example.net/device'],
    ['a script', 'javascript:alert(1)'],
    ['another provider’s page', 'https://github.com/login/device'],
    ['nothing', undefined]
  ])('does not show an address that is %s', async (_what, verificationUri) => {
    device = { body: { ...started, verification_uri: verificationUri } }
    await expect(start()).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(world.progress.every((each) => each.device === null)).toBe(true)
  })

  it('does not show an address with the code in it that leads elsewhere', async () => {
    const complete = 'https://phish.example.net/device?user_code=ABCD-EFGH'
    device = {
      body: { ...started, verification_uri: `${issuer}/device`, verification_uri_complete: complete }
    }
    expect((await start()).device).toEqual({
      userCode: 'ABCD-EFGH',
      verificationUri: `${issuer}/device`,
      verificationUriComplete: null
    })
  })

  it.each([
    ['a code with a line break', { user_code: 'AB\nCD' }],
    ['an endless code', { user_code: 'A'.repeat(41) }],
    ['no life', { expires_in: 0 }],
    ['no device code', { device_code: '' }]
  ])('refuses an answer with %s', async (_what, change) => {
    device = { body: { ...started, verification_uri: `${issuer}/device`, ...change } }
    await expect(start()).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
  })

  it('says what to do when the client may not sign in by a code', async () => {
    device = error('device_flow_disabled')
    await expect(start()).rejects.toMatchObject({
      code: 'CLIENT_REFUSED',
      message: expect.stringContaining('Check its registration.')
    })
  })
})
