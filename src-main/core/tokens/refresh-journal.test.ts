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

const { ref } = sampleGrant()
let clock: FakeClock
let repository: MemoryRepository
let oauth: FakeOAuthClient
let journal: MemoryJournal
let tokens: TokenService

const text = (secret: Secret | null): string => secret?.expose((value) => value) ?? ''
const stored = async (): Promise<OAuthGrant> => (await repository.load(ref)) as OAuthGrant

const process = (): TokenService =>
  new TokenService({
    repository,
    oauth,
    journal,
    clientMark: ({ id }) => id,
    clock,
    lock: alone,
    random: () => 0.5,
    onRefreshing: () => undefined
  })

beforeEach(async () => {
  clock = new FakeClock(START)
  repository = new MemoryRepository()
  oauth = new FakeOAuthClient(clock)
  journal = new MemoryJournal()
  tokens = process()
  await repository.save(sampleGrant())
  clock.jump(2 * HOUR)
  repository.failSave = new VaultError('STORE_WRITE_FAILED')
  await tokens.getToken(ref)
  repository.failSave = null
})

describe('a rotated token that is not stored yet', () => {
  it('is stored when the vault closes', async () => {
    await tokens.close()
    expect(text((await stored()).tokens.refreshToken)).toBe('refresh-2')
  })

  it('closes the vault all the same when the store still fails', async () => {
    repository.failSave = new VaultError('STORE_WRITE_FAILED')
    await expect(tokens.close()).resolves.toBeUndefined()
    expect(text((await stored()).tokens.refreshToken)).toBe('refresh-1')
  })

  it('does not write over a sign-in that another process has stored meanwhile', async () => {
    const theirs = sampleTokens({ issuedAt: clock.now(), refreshToken: new Secret('their-refresh') })
    await repository.save(sampleGrant({ tokens: theirs, obtainedAt: clock.now() }))
    clock.jump(MINUTE)
    await tokens.keepFresh(ref)
    await tokens.close()
    expect(text((await stored()).tokens.refreshToken)).toBe('their-refresh')
    expect(text(await tokens.getToken(ref))).toBe('access-1')
  })

  it('does not bring back an entry that another process has removed', async () => {
    await repository.remove(ref)
    clock.jump(MINUTE)
    await expect(tokens.keepFresh(ref)).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' })
    await tokens.close()
    expect(await repository.load(ref)).toBeNull()
  })

  it.each(['KEYCHAIN_LOCKED', 'CREDENTIAL_UNREADABLE'] as const)(
    'counts while the store can not be read (%s)',
    async (code) => {
      repository.failLoad = new VaultError(code)
      expect(text(await tokens.getToken(ref))).toBe('access-2')
      expect(await tokens.current(ref)).toMatchObject({ kind: 'oauth' })
      await tokens.close()
      repository.failLoad = null
      expect(text((await stored()).tokens.refreshToken)).toBe('refresh-2')
    }
  )

  it('is not spent again by another process while the process with its successor tries to store that', async () => {
    const other = process()
    repository.failSave = new VaultError('STORE_WRITE_FAILED')
    for (let minute = 0; minute < 30; minute += 1) {
      await other.resume()
      await expect(other.getToken(ref)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
      await expect(other.refresh(ref)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
      await tokens.keepFresh(ref).catch(() => undefined)
      await clock.pass(MINUTE)
    }
    expect(oauth.spent).toEqual(['refresh-1'])
    repository.failSave = null
    await tokens.keepFresh(ref)
    expect(text(await other.getToken(ref))).toBe('access-2')
  })

  it('is tried once more by another process when the process with its successor is gone', async () => {
    const other = process()
    await clock.pass(10 * MINUTE)
    await other.resume()
    expect(oauth.spent).toEqual(['refresh-1', 'refresh-1'])
  })

  it('is stored as well where only the catalog failed and the record had been written', async () => {
    const kept = (await tokens.current(ref)) as OAuthGrant
    await repository.save(kept)
    repository.setHealth(ref, {
      kind: 'refresh-failing',
      code: 'STORE_WRITE_FAILED',
      failures: 1,
      since: START,
      nextTryAt: START
    })
    await tokens.keepFresh(ref)
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
    expect(oauth.spent).toEqual(['refresh-1'])
  })
})
