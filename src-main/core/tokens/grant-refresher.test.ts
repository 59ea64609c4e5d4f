import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { HOUR, MINUTE } from './lifetime.ts'
import { Secret } from '../secret.ts'
import { alone } from '../testing/alone.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FakeOAuthClient } from '../testing/fake-oauth-client.ts'
import { MemoryJournal } from '../testing/memory-journal.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { START, sampleGrant, sampleTokens } from '../testing/samples.ts'
import { TokenService } from './token-service.ts'
import { RotatedAlone, TransportError } from './transport-error.ts'

const { ref } = sampleGrant()
let clock: FakeClock
let repository: MemoryRepository
let oauth: FakeOAuthClient
let journal: MemoryJournal
let tokens: TokenService

beforeEach(async () => {
  clock = new FakeClock(START)
  repository = new MemoryRepository()
  oauth = new FakeOAuthClient(clock)
  journal = new MemoryJournal()
  const clientMark = ({ id }: { readonly id: string }): string => id
  const onRefreshing = (): void => undefined
  tokens = new TokenService({
    repository,
    oauth,
    journal,
    clientMark,
    clock,
    lock: alone,
    random: () => 0.5,
    onRefreshing
  })
  await repository.save(sampleGrant())
  clock.jump(2 * HOUR)
})

const text = (secret: Secret | null): string => secret?.expose((value) => value) ?? ''
const held = async (): Promise<OAuthGrant> => (await repository.load(ref)) as OAuthGrant
const refused = (): VaultError => new VaultError('REFRESH_REJECTED')
const failing = (...transport: ConstructorParameters<typeof TransportError>): VaultError =>
  new VaultError('REFRESH_UNREACHABLE', { cause: new TransportError(...transport) })
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof VaultError ? error.code : error)
  )

describe('what is written down about a refresh', () => {
  it('is begun before the request, answered before the store and settled after it', async () => {
    const order: string[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    oauth.gate = promise
    const save = repository.save.bind(repository)
    repository.save = async (credential) => {
      order.push(...journal.steps.splice(0), 'save')
      return await save(credential)
    }
    const refreshing = tokens.refresh(ref)
    await clock.pass(0)
    order.push(...journal.steps.splice(0), 'request')
    resolve()
    await refreshing
    expect([...order, ...journal.steps]).toEqual(['begin', 'request', 'answered', 'save', 'settle'])
    expect(journal.open()).toEqual([])
  })

  it('is settled, with the new token in the store, before any caller gets the token', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const save = repository.save.bind(repository)
    repository.save = async (credential) => {
      await promise
      return await save(credential)
    }
    let handedOut = 0
    const callers = [1, 2, 3].map(() => tokens.getToken(ref).then(() => (handedOut += 1)))
    await clock.pass(1000)
    expect([oauth.spent.length, handedOut, journal.open().length]).toEqual([1, 0, 1])
    resolve()
    await Promise.all(callers)
    expect([oauth.spent.length, handedOut, journal.open().length]).toEqual([1, 3, 0])
  })

  it('comes first: where it can not be written, no refresh token is spent', async () => {
    journal.fail = new VaultError('STORE_WRITE_FAILED')
    expect(await codeOf(tokens.getToken(ref))).toBe('STORE_WRITE_FAILED')
    expect(oauth.spent).toEqual([])
    expect(repository.find(ref)?.health).toMatchObject({
      kind: 'refresh-failing',
      code: 'STORE_WRITE_FAILED'
    })
  })

  const rows: [string, VaultError, boolean][] = [
    ['a refusal', new VaultError('PROVIDER_REFUSED'), false],
    ['no connection', failing('no-connection'), false],
    ['429', failing('status', 429), false],
    ['503', failing('status', 503), true],
    ['silence', failing('timeout'), true],
    ['an answer cut in the middle', failing('unreadable', 200), true]
  ]
  it.each(rows)('after %s it is open only if the token may have been spent', async (_name, error, isOpen) => {
    oauth.next.push(error)
    await codeOf(tokens.refresh(ref))
    expect(journal.open()).toEqual(isOpen ? [ref] : [])
  })

  it('is settled by a new sign-in', async () => {
    oauth.next.push(failing('timeout'))
    await codeOf(tokens.refresh(ref))
    await tokens.exclusively(ref, () => repository.save(sampleGrant()))
    expect(journal.open()).toEqual([])
  })
})

describe('a refusal after an answer that was lost', () => {
  it('is called a lost rotation and not an ended grant, now and whenever it is tried again', async () => {
    oauth.next.push(failing('timeout'), refused(), refused())
    expect(await codeOf(tokens.refresh(ref))).toBe('REFRESH_UNREACHABLE')
    expect(await codeOf(tokens.refresh(ref))).toBe('ROTATION_LOST')
    expect(repository.find(ref)?.health).toMatchObject({ kind: 'needs-sign-in', code: 'ROTATION_LOST' })
    expect(await codeOf(tokens.getToken(ref))).toBe('ROTATION_LOST')
    expect(oauth.spent).toHaveLength(2)
    expect(await codeOf(tokens.refresh(ref))).toBe('ROTATION_LOST')
    expect(text((await held()).tokens.refreshToken)).toBe('refresh-1')
  })

  it('is called so too when the connection broke and the token was asked about again at once', async () => {
    oauth.next.push(failing('network'), refused())
    expect(await codeOf(tokens.refresh(ref))).toBe('ROTATION_LOST')
    expect(oauth.spent).toEqual(['refresh-1', 'refresh-1'])
  })

  it('is an ended grant if the provider never had the request', async () => {
    oauth.next.push(failing('no-connection'), refused())
    await codeOf(tokens.refresh(ref))
    expect(await codeOf(tokens.refresh(ref))).toBe('REFRESH_REJECTED')
  })
})

describe('a refusal while the store can not be read', () => {
  it('ends no grant, because another writer may have stored a newer token', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    oauth.gate = promise
    oauth.next.push(refused())
    const refreshing = codeOf(tokens.refresh(ref))
    await clock.pass(0)
    repository.failLoad = new VaultError('KEYCHAIN_LOCKED')
    resolve()
    expect(await refreshing).toBe('KEYCHAIN_LOCKED')
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })
})

describe('a refresh token that came beside an access token of no use', () => {
  const alone = (): VaultError =>
    new VaultError('REFRESH_UNREACHABLE', { cause: new RotatedAlone(200, new Secret('refresh-2')) })

  it('is stored, and is spent by the next refresh', async () => {
    oauth.next.push(alone())
    expect(await codeOf(tokens.refresh(ref))).toBe('REFRESH_UNREACHABLE')
    expect(text((await held()).tokens.refreshToken)).toBe('refresh-2')
    expect(text((await held()).tokens.accessToken)).toBe('access-1')
    expect(repository.find(ref)?.health).toMatchObject({ kind: 'refresh-failing' })
    clock.jump(HOUR)
    await tokens.refresh(ref)
    expect(oauth.spent.at(-1)).toBe('refresh-2')
  })

  it('waits in memory where it can not be stored, and is stored with the next try', async () => {
    oauth.next.push(alone())
    repository.failSave = new VaultError('KEYCHAIN_LOCKED')
    await codeOf(tokens.refresh(ref))
    repository.failSave = null
    clock.jump(HOUR)
    await codeOf(tokens.getToken(ref))
    const { formerRefreshToken, tokens: stored } = await held()
    expect([formerRefreshToken, stored.refreshToken].map(text)).toContain('refresh-2')
  })
})

describe('at the start', () => {
  it('a refresh that was cut off is tried once more with the same token', async () => {
    journal.begin(ref, new Secret('refresh-1'), START)
    await tokens.resume()
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(journal.open()).toEqual([])
    expect(text((await held()).tokens.accessToken)).toBe('access-2')
  })

  it('a refresh whose outcome was stored is settled without a request', async () => {
    journal.begin(ref, new Secret('refresh-0'), START)
    journal.answered(ref)
    await tokens.resume()
    expect([oauth.spent, journal.open()]).toEqual([[], []])
  })

  it('a lost rotation is said once and not asked about at every start', async () => {
    journal.begin(ref, new Secret('refresh-1'), START)
    journal.answered(ref)
    oauth.next.push(refused())
    for (let start = 0; start < 3; start += 1) await tokens.resume()
    expect(oauth.spent).toHaveLength(1)
    expect(repository.find(ref)?.health).toMatchObject({ kind: 'needs-sign-in', code: 'ROTATION_LOST' })
  })

  it('what is open about a credential that is gone is settled', async () => {
    journal.begin(ref, new Secret('refresh-1'), START)
    await repository.remove(ref)
    await tokens.resume()
    expect(journal.open()).toEqual([])
  })

  it('a journal that can not be read stops nothing', async () => {
    journal.open = () => {
      throw new VaultError('CREDENTIAL_UNREADABLE')
    }
    await expect(tokens.resume()).resolves.toBeUndefined()
    expect(text(await tokens.getToken(ref))).toBe('access-2')
  })

  it('a store that is locked leaves everything for later', async () => {
    journal.begin(ref, new Secret('refresh-1'), START)
    repository.failLoad = new VaultError('KEYCHAIN_LOCKED')
    await tokens.resume()
    expect([oauth.spent, journal.open()]).toEqual([[], [ref]])
  })
})

describe('the generation before the last rotation', () => {
  it('is kept until the next success', async () => {
    await tokens.refresh(ref)
    expect(text((await held()).formerRefreshToken)).toBe('refresh-1')
    await tokens.refresh(ref)
    expect(text((await held()).formerRefreshToken)).toBe('refresh-2')
    oauth.next.push({ refreshToken: null })
    await tokens.refresh(ref)
    expect((await held()).formerRefreshToken).toBeNull()
  })

  it('is tried once when the provider takes back a rotation it has just made', async () => {
    await tokens.refresh(ref)
    oauth.next.push(refused())
    clock.jump(MINUTE)
    await tokens.refresh(ref)
    expect(oauth.spent).toEqual(['refresh-1', 'refresh-2', 'refresh-1'])
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  it('is written down before it is tried, so that a crash then is told as a lost rotation', async () => {
    await tokens.refresh(ref)
    const open: unknown[] = []
    const refresh = oauth.refresh.bind(oauth)
    oauth.refresh = async (grant, onSend) => {
      const answer = await refresh(grant, onSend)
      open.push(journal.openFor(ref, new Secret('refresh-2'))?.step)
      return answer
    }
    oauth.next.push(refused())
    clock.jump(MINUTE)
    await tokens.refresh(ref)
    expect([open, journal.open()]).toEqual([['asked'], []])
  })

  it('leaves nothing written down where its refusal is sure', async () => {
    await tokens.refresh(ref)
    oauth.next.push(refused(), refused())
    expect(await codeOf(tokens.refresh(ref))).toBe('REFRESH_REJECTED')
    expect(journal.open()).toEqual([])
  })

  it('is not tried when it is old, and its refusal changes nothing in what is said', async () => {
    await tokens.refresh(ref)
    clock.jump(HOUR)
    oauth.next.push(refused())
    expect(await codeOf(tokens.refresh(ref))).toBe('REFRESH_REJECTED')
    expect(oauth.spent).toEqual(['refresh-1', 'refresh-2'])
    await repository.save(
      sampleGrant({ refreshedAt: clock.now(), formerRefreshToken: new Secret('refresh-0') })
    )
    oauth.next.push(refused(), new VaultError('PROVIDER_REFUSED'))
    expect(await codeOf(tokens.refresh(ref))).toBe('REFRESH_REJECTED')
    expect(oauth.spent.slice(2)).toEqual(['refresh-1', 'refresh-0'])
  })

  it('is of no interest while another writer has stored something newer', async () => {
    await repository.save(
      sampleGrant({ refreshedAt: clock.now(), formerRefreshToken: new Secret('refresh-0') })
    )
    const { promise, resolve } = Promise.withResolvers<void>()
    oauth.gate = promise
    oauth.next.push(refused())
    const refreshing = tokens.refresh(ref)
    await clock.pass(0)
    await repository.save(
      sampleGrant({
        tokens: sampleTokens({ issuedAt: clock.now(), refreshToken: new Secret('their-refresh') })
      })
    )
    resolve()
    await refreshing
    expect(oauth.spent).toEqual(['refresh-1'])
  })
})
