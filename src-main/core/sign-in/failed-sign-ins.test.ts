import { beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { SignInRequest } from '#shared/sign-in.ts'
import type { OAuthProvider } from '../provider.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import { settle } from '../testing/fake-clock.ts'
import { sampleGrant, sampleProvider } from '../testing/samples.ts'
import { signInWorld } from '../testing/sign-in-world.ts'

const SECRET = 'hush-hush'
const { ref } = sampleGrant()

type World = ReturnType<typeof signInWorld>
let clock: World['clock']
let repository: World['repository']
let oauth: World['oauth']
let surface: World['surface']
let service: World['service']
let progress: World['progress']
let told: World['told']

beforeEach(() => {
  const row: OAuthProvider = { ...sampleProvider, clientAuth: 'post' }
  ;({ clock, repository, oauth, surface, service, progress, told } = signInWorld({ rows: () => [row] }))
})

function wish(clientId = 'client-1', clientSecret = SECRET): SignInRequest {
  const provider = { kind: 'preset', provider: sampleProvider.id, clientId } as const
  return { kind: 'new', provider, clientSecret, account: 'bo@example.net', scopes: ['openid'] }
}

/** Starts a sign-in and lets the provider's answer fail. */
async function failed(request = wish(), code: VaultError['code'] = 'SIGN_IN_DENIED'): Promise<string> {
  const { attempt } = await service.start(request)
  const pending = oauth.pending.at(-1)
  if (pending === undefined) throw new Error('No page was opened.')
  pending.redeemFails = new VaultError(code)
  pending.answer()
  await settle()
  return attempt
}

const lastState = () => progress.at(-1)?.state
const isGone = { code: 'INVALID_REQUEST' }

describe('a first sign-in that failed', () => {
  const endings: [string, () => Promise<unknown>][] = [
    ['was not allowed', () => failed()],
    ['could not reach the provider', () => failed(wish(), 'PROVIDER_UNREACHABLE')],
    ['met a certificate that is not trusted', () => failed(wish(), 'CERTIFICATE_REFUSED')],
    [
      'was not finished in time',
      async () => {
        await service.start(wish())
        await clock.pass(5 * MINUTE)
      }
    ],
    [
      'could not be stored',
      async () => {
        repository.failSave = new VaultError('KEYCHAIN_LOCKED')
        await service.start(wish())
        oauth.pending[0]?.answer()
        await settle()
        repository.failSave = null
      }
    ]
  ]
  it.each(endings)('because it %s is started again with the same input', async (_why, ends) => {
    await ends()
    expect(lastState()).toMatchObject({ kind: 'failed', canRetry: true })
    const again = await service.retry('attempt-1')
    expect(again).toMatchObject({ attempt: 'attempt-2', state: { kind: 'waiting' } })
    expect(oauth.requests).toHaveLength(2)
    expect(oauth.requests[1]).toEqual(oauth.requests[0])
    expect(oauth.requests[1]).toMatchObject({ client: { id: 'client-1' }, scopes: ['openid'] })
    expect(oauth.requests[1]?.client.secret?.expose((text) => text)).toBe(SECRET)
    oauth.pending.at(-1)?.answer()
    await settle()
    expect(repository.list().map((entry) => entry.ref.account)).toEqual(['bo@example.net'])
    expect(service.list()).toEqual([])
  })

  it('stands in the list, so that a window that opens later shows it too', async () => {
    await failed()
    expect(service.list()).toEqual([progress.at(-1)])
  })

  it('is reported without its client secret', async () => {
    await failed()
    const answer = await service.retry('attempt-1')
    expect(JSON.stringify([progress, answer, service.list()])).not.toContain(SECRET)
  })

  it('gives way to the new attempt once that is shown', async () => {
    await failed()
    told.length = 0
    await service.retry('attempt-1')
    expect(told).toEqual(['attempt-2 waiting', 'attempt-1 dismissed'])
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('becomes one attempt even when it is tried again twice in the same moment', async () => {
    await failed()
    const [one, other] = await Promise.all([service.retry('attempt-1'), service.retry('attempt-1')])
    expect([one.attempt, other.attempt]).toEqual(['attempt-2', 'attempt-2'])
    expect(oauth.pending).toHaveLength(2)
  })

  it('can be tried again as often as it fails', async () => {
    await failed()
    await service.retry('attempt-1')
    await clock.pass(5 * MINUTE)
    expect(lastState()).toMatchObject({ problem: { code: 'SIGN_IN_TIMED_OUT' }, canRetry: true })
    expect(await service.retry('attempt-2')).toMatchObject({ attempt: 'attempt-3' })
  })

  it('stays and says why when it can not be started again', async () => {
    await failed()
    oauth.beginFails = new VaultError('PORT_BUSY')
    const answer = await service.retry('attempt-1')
    expect(answer).toMatchObject({ attempt: 'attempt-1', state: { problem: { code: 'PORT_BUSY' } } })
    expect(progress.at(-1)).toEqual(answer)
    expect(service.list()).toEqual([answer])
    oauth.beginFails = null
    expect(await service.retry('attempt-1')).toMatchObject({ attempt: 'attempt-2' })
  })

  it('is given up when the provider refuses the next start', async () => {
    await failed()
    oauth.beginFails = new VaultError('PROVIDER_REFUSED')
    const { state } = await service.retry('attempt-1')
    expect(state).toMatchObject({ problem: { code: 'PROVIDER_REFUSED' }, canRetry: false })
    expect(service.list()).toEqual([])
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('reuses the client that the MCP server made for it', async () => {
    const issuer = 'https://sso.example.net'
    const server = { authorizationHost: 'sso.example.net', redirectUri: 'http://127.0.0.1/callback' }
    const scopes = { asked: null, supported: [], offline: [] }
    oauth.mcp = { ...server, ...scopes, issuer, namesIssuer: true, isOlderProfile: false, registers: true }
    const provider = {
      kind: 'mcp',
      server: 'https://mcp.example/mcp',
      name: 'Files',
      clientId: null
    } as const
    await failed({ kind: 'new', provider, clientSecret: null, account: null, scopes: [] })
    await service.retry('attempt-1')
    expect(oauth.registered).toEqual([issuer])
    expect(oauth.requests.map(({ client }) => client.id)).toEqual(['client-1', 'client-1'])
  })
})

describe('a failed sign-in that is dismissed while it is started again', () => {
  let answer: () => void

  /** The next pages open when the test calls `answer`. */
  beforeEach(async () => {
    await failed()
    const answered = Promise.withResolvers<undefined>()
    answer = () => answered.resolve(undefined)
    const begin = oauth.begin.bind(oauth)
    oauth.begin = async (request) => {
      await answered.promise
      return await begin(request)
    }
    told.length = 0
  })

  const isCancelled = { code: 'SIGN_IN_CANCELLED' }

  /** Returns the client secrets of all requests, in order; the first belongs to the failed sign-in. */
  const secrets = () => oauth.requests.map(({ client }) => client.secret?.expose((text) => text))

  /** The next pages release their ports when `freed` resolves. */
  function closesAfter(freed: Promise<undefined>): void {
    const begin = oauth.begin.bind(oauth)
    oauth.begin = async (request) => {
      const pending = await begin(request)
      const close = pending.close.bind(pending)
      pending.close = async () => await freed.then(close)
      return pending
    }
  }

  it('opens nothing and leaves no port behind', async () => {
    const retried = service.retry('attempt-1')
    service.dismiss('attempt-1')
    answer()
    await expect(retried).rejects.toMatchObject(isCancelled)
    expect(oauth.pending.map(({ isClosed }) => isClosed)).toEqual([true, true])
    expect(surface.opened).toHaveLength(1)
    expect(told).toEqual(['attempt-1 dismissed'])
    expect(service.list()).toEqual([])
  })

  it('does not say why it could not be started', async () => {
    oauth.beginFails = new VaultError('PORT_BUSY')
    const retried = service.retry('attempt-1')
    service.dismiss('attempt-1')
    answer()
    await expect(retried).rejects.toMatchObject(isCancelled)
    expect(told).toEqual(['attempt-1 dismissed'])
    expect(service.list()).toEqual([])
  })

  it('ends for all callers, and the provider is asked once', async () => {
    const retried = [service.retry('attempt-1'), service.retry('attempt-1')]
    service.dismiss('attempt-1')
    answer()
    const ends = await Promise.allSettled(retried)
    expect(ends).toMatchObject([{ reason: isCancelled }, { reason: isCancelled }])
    expect(oauth.pending.map(({ isClosed }) => isClosed)).toEqual([true, true])
    expect(surface.opened).toHaveLength(1)
  })

  const moments = ['before it is put away', 'after that'] as const
  it.each(moments)(
    'does not end the sign-in that a form starts %s, with the input of that form',
    async (moment) => {
      const retried = service.retry('attempt-1')
      if (moment === 'after that') service.dismiss('attempt-1')
      const started = service.start(wish('client-1', 'typed-anew'))
      await settle()
      service.dismiss('attempt-1')
      answer()
      await expect(retried).rejects.toMatchObject(isCancelled)
      expect(await started).toMatchObject({ attempt: 'attempt-2', state: { kind: 'waiting' } })
      expect(secrets()).toEqual([SECRET, SECRET, 'typed-anew'])
      expect(oauth.pending.map(({ isClosed }) => isClosed)).toEqual([true, true, false])
      expect(told).toEqual(['attempt-1 dismissed', 'attempt-2 waiting'])
    }
  )

  it('does not end a form that waits for it when it could not be started', async () => {
    oauth.beginFails = new VaultError('PORT_BUSY')
    const begin = oauth.begin.bind(oauth)
    const retried = service.retry('attempt-1')
    const whenRetried = expect(retried).rejects.toMatchObject(isCancelled)
    oauth.begin = async (request) => {
      oauth.beginFails = null
      return await begin(request)
    }
    const started = service.start(wish('client-1', 'typed-anew'))
    await settle()
    service.dismiss('attempt-1')
    answer()
    await whenRetried
    expect(await started).toMatchObject({ attempt: 'attempt-2', state: { kind: 'waiting' } })
    expect(secrets()).toEqual([SECRET, 'typed-anew'])
  })

  it('gives its port back before a form asks for it', async () => {
    const freed = Promise.withResolvers<undefined>()
    closesAfter(freed.promise)
    const retried = service.retry('attempt-1')
    service.dismiss('attempt-1')
    answer()
    await settle()
    const started = service.start(wish('client-1', 'typed-anew'))
    await settle()
    expect(secrets()).toEqual([SECRET, SECRET])
    freed.resolve(undefined)
    await expect(retried).rejects.toMatchObject(isCancelled)
    expect(await started).toMatchObject({ attempt: 'attempt-2', state: { kind: 'waiting' } })
    expect(secrets()).toEqual([SECRET, SECRET, 'typed-anew'])
  })

  it('continues in the attempt that a form had begun', async () => {
    const started = service.start(wish('client-1', 'typed-anew'))
    await settle()
    const retried = service.retry('attempt-1')
    service.dismiss('attempt-1')
    answer()
    expect(await started).toMatchObject({ attempt: 'attempt-2', state: { kind: 'waiting' } })
    expect(await retried).toEqual(await started)
    expect(secrets()).toEqual([SECRET, 'typed-anew'])
  })

  it('ends when the vault closes, with every port free, also for a form that waits for it', async () => {
    const freed = Promise.withResolvers<undefined>()
    closesAfter(freed.promise)
    const retried = service.retry('attempt-1')
    const started = service.start(wish())
    await settle()
    service.dismiss('attempt-1')
    let isClosed = false
    const closed = service.close().then(() => (isClosed = true))
    answer()
    await settle()
    expect(isClosed).toBe(false)
    freed.resolve(undefined)
    const ends = await Promise.allSettled([retried, started])
    expect(ends).toMatchObject([{ reason: isCancelled }, { reason: isCancelled }])
    await closed
    expect(oauth.pending.map((pending) => pending.isClosed)).toEqual([true, true])
    expect(told).toEqual(['attempt-1 dismissed'])
  })
})

describe('the input of a failed sign-in is forgotten', () => {
  it('when it is dismissed', async () => {
    await failed()
    service.dismiss('attempt-1')
    expect(told.at(-1)).toBe('attempt-1 dismissed')
    expect(service.list()).toEqual([])
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('when another first sign-in begins at the same service', async () => {
    await failed()
    await service.start(wish('client-2'))
    expect(service.list().map(({ attempt }) => attempt)).toEqual(['attempt-2'])
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('when another sign-in fails there and takes its place', async () => {
    await service.start(wish('client-2'))
    await failed()
    service.cancel('attempt-1')
    await settle()
    await service.start(wish('client-3'))
    expect(told.filter((line) => line.endsWith('dismissed'))).toEqual(['attempt-2 dismissed'])
    expect(service.list().map(({ attempt }) => attempt)).toEqual(['attempt-3'])
  })

  it('when the vault closes', async () => {
    await failed()
    await service.close()
    expect(service.list()).toEqual([])
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('but not by a sign-in again of a stored entry', async () => {
    await repository.save(sampleGrant())
    await failed()
    await service.start({ kind: 'again', credential: credentialKey(ref) })
    expect(service.list().map(({ attempt }) => attempt)).toEqual(['attempt-1', 'attempt-2'])
  })
})

describe('nothing is kept', () => {
  it('of a sign-in whose page did not open, because the form still has everything', async () => {
    surface.open = () => {
      throw new VaultError('INTERNAL')
    }
    await expect(service.start(wish())).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(lastState()).toMatchObject({ kind: 'failed', canRetry: false })
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('of a sign-in that the provider refused, which has to be corrected first', async () => {
    await failed(wish(), 'PROVIDER_REFUSED')
    expect(lastState()).toMatchObject({ kind: 'failed', canRetry: false })
    expect(service.list()).toEqual([])
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('of a sign-in that the person cancelled', async () => {
    const { attempt } = await service.start(wish())
    service.cancel(attempt)
    await settle()
    expect(lastState()).toMatchObject({ problem: { code: 'SIGN_IN_CANCELLED' }, canRetry: false })
    await expect(service.retry(attempt)).rejects.toMatchObject(isGone)
  })

  it('of a sign-in again, which has its own entry', async () => {
    await repository.save(sampleGrant())
    await failed({ kind: 'again', credential: credentialKey(ref) })
    expect(lastState()).toMatchObject({ kind: 'failed', canRetry: false })
    await expect(service.retry('attempt-1')).rejects.toMatchObject(isGone)
  })

  it('of a sign-in by password', async () => {
    repository.failSave = new VaultError('KEYCHAIN_LOCKED')
    const { attempt, state } = await service.startWithPassword({
      kind: 'new',
      project: 'https://abc.example.co',
      projectKey: 'sb_publishable_0123456789',
      name: 'Shop',
      email: 'ana@example.net',
      password: SECRET
    })
    expect(state).toMatchObject({ problem: { code: 'KEYCHAIN_LOCKED' }, canRetry: false })
    expect(service.list()).toEqual([])
    await expect(service.retry(attempt)).rejects.toMatchObject(isGone)
  })

  it('of a sign-in that is under way, which dismissing leaves alone', async () => {
    const { attempt } = await service.start(wish())
    service.dismiss(attempt)
    expect(service.list().map(({ state }) => state.kind)).toEqual(['waiting'])
    await expect(service.retry(attempt)).rejects.toMatchObject(isGone)
  })
})
