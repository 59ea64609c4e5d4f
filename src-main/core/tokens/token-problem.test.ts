import { beforeEach, describe, expect, it } from 'vitest'
import { statusTable, statusWord } from '#shared/status.ts'
import { type ProblemCode, VaultError, problemCatalog } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { type FailureClass, failureClass } from './token-problem.ts'
import { HOUR, MINUTE } from './lifetime.ts'
import { RefreshScheduler } from './refresh-scheduler.ts'
import { statusOf } from '../list/summary.ts'
import { alone } from '../testing/alone.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FakeOAuthClient } from '../testing/fake-oauth-client.ts'
import { MemoryJournal } from '../testing/memory-journal.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { START, sampleGrant } from '../testing/samples.ts'
import { TokenService } from './token-service.ts'

const { ref } = sampleGrant()
let clock: FakeClock
let repository: MemoryRepository
let oauth: FakeOAuthClient
let tokens: TokenService

beforeEach(async () => {
  clock = new FakeClock(START)
  repository = new MemoryRepository()
  oauth = new FakeOAuthClient(clock)
  tokens = new TokenService({
    repository,
    oauth,
    clock,
    journal: new MemoryJournal(),
    clientMark: ({ id }) => id,
    lock: alone,
    random: () => 0.5,
    onRefreshing: () => undefined
  })
  await repository.save(sampleGrant())
})

const word = (): string => {
  const entry = repository.find(ref)
  if (entry === null) throw new Error('There is no entry.')
  return statusWord(statusOf(entry, { now: clock.now(), refreshingSince: null }))
}

describe('each class of failure', () => {
  const rows: [FailureClass, ProblemCode, number, string][] = [
    ['reauth', 'REFRESH_REJECTED', 1, 'Needs sign-in'],
    ['reauth-scope', 'CONSENT_REQUIRED', 1, 'Needs new consent'],
    ['fix-client', 'CLIENT_REFUSED', 3, 'Client refused'],
    ['suspect', 'PROVIDER_REFUSED', 3, 'Needs attention']
  ]
  it.each(rows)(
    '%s (%s) is asked about %i times in a day, says what it is and keeps the grant',
    async (kind, code, tries, said) => {
      oauth.next.push(...Array.from({ length: 2000 }, () => new VaultError(code)))
      const scheduler = new RefreshScheduler({
        clock,
        random: () => 0.5,
        entries: () => repository.list(),
        renew: (due) => tokens.keepFresh(due)
      })
      scheduler.start()
      await clock.pass(24 * HOUR)
      scheduler.stop()
      expect([failureClass(code), oauth.spent.length, word()]).toEqual([kind, tries, said])
      expect(await repository.load(ref)).toEqual(sampleGrant())
    }
  )

  it('retry goes on all day, in the end after some part of five minutes that is drawn again each time', async () => {
    oauth.next.push(...Array.from({ length: 2000 }, () => new VaultError('REFRESH_UNREACHABLE')))
    const scheduler = new RefreshScheduler({
      clock,
      random: () => 0.5,
      entries: () => repository.list(),
      renew: (due) => tokens.keepFresh(due)
    })
    scheduler.start()
    await clock.pass(24 * HOUR)
    const before = oauth.spent.length
    await clock.pass(HOUR)
    scheduler.stop()
    // Each pause is half of five minutes, because `random` always returns a half.
    expect(oauth.spent.length - before).toBe(24)
    expect(word()).toBe(statusTable['refresh-failing'].word)
  })

  it('spaces the tries of what makes no sense by half a minute at least', async () => {
    oauth.next.push(new VaultError('CLIENT_REFUSED'))
    clock.jump(2 * HOUR)
    await tokens.getToken(ref).catch(() => null)
    const health = repository.find(ref)?.health
    const next = health?.kind === 'refresh-failing' ? health.nextTryAt : null
    expect((next?.getTime() ?? 0) - clock.now().getTime()).toBe(MINUTE / 2)
  })
})

describe('a client that was changed after the sign-in', () => {
  const changed = (): OAuthGrant =>
    sampleGrant({ clientMark: 'client-1', client: { id: 'client-2', secret: null } })

  it.each(['REFRESH_REJECTED', 'CLIENT_REFUSED'] as const)(
    'is what is told when the provider refuses (%s), and not that the grant was revoked',
    async (code) => {
      await repository.save(changed())
      oauth.next.push(new VaultError(code))
      await expect(tokens.refresh(ref)).rejects.toMatchObject({ code: 'CLIENT_CHANGED', remedy: 'sign-in' })
      expect(word()).toBe('Client changed')
    }
  )

  it('works where the provider takes it', async () => {
    await repository.save(changed())
    await tokens.refresh(ref)
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  it('that was put back works again', async () => {
    await repository.save(changed())
    oauth.next.push(new VaultError('REFRESH_REJECTED'))
    await tokens.refresh(ref).catch(() => null)
    await tokens.exclusively(ref, () => repository.save(sampleGrant({ clientMark: 'client-1' })))
    await tokens.refresh(ref)
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  it('is no reason for what says nothing about a client', async () => {
    await repository.save(changed())
    oauth.next.push(new VaultError('REFRESH_UNREACHABLE'))
    await expect(tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
  })
})

it('What a person reads about a failure names what to do and no token', () => {
  for (const code of ['ROTATION_LOST', 'CLIENT_CHANGED', 'CONSENT_REQUIRED'] as const) {
    expect(problemCatalog[code].message).toMatch(/sign in again/i)
    expect(problemCatalog[code].remedy).toBe('sign-in')
  }
  expect(problemCatalog.CLIENT_REFUSED.message).toMatch(/client ID and the client secret/)
})
