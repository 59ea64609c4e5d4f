import { beforeEach, describe, expect, it } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Lifetime } from '../credential-record.ts'
import { HOUR, MINUTE, SECOND } from './lifetime.ts'
import { RefreshScheduler } from './refresh-scheduler.ts'
import { alone } from '../testing/alone.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FakeOAuthClient } from '../testing/fake-oauth-client.ts'
import { MemoryJournal } from '../testing/memory-journal.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { START, sampleGrant, sampleKey, sampleTokens } from '../testing/samples.ts'
import { TokenService } from './token-service.ts'

const DAY = 24 * HOUR
const YEAR = 365 * DAY
const { ref } = sampleGrant()
let clock: FakeClock
let repository: MemoryRepository
let oauth: FakeOAuthClient
let scheduler: RefreshScheduler
let visits: { readonly ref: CredentialRef; readonly at: Date }[]
let luck: () => number

beforeEach(() => {
  clock = new FakeClock(START)
  repository = new MemoryRepository()
  oauth = new FakeOAuthClient(clock)
  visits = []
  luck = () => 0.5
  const random = (): number => luck()
  const tokens = new TokenService({
    lock: alone,
    journal: new MemoryJournal(),
    clientMark: ({ id }) => id,
    repository,
    oauth,
    clock,
    random,
    onRefreshing: () => undefined
  })
  scheduler = new RefreshScheduler({
    clock,
    random,
    entries: () => repository.list(),
    renew: (due) => {
      visits.push({ ref: due, at: clock.now() })
      return tokens.keepFresh(due)
    }
  })
})

const at = (ms: number): Lifetime => ({ kind: 'at', at: new Date(START.getTime() + ms) })

const minutesUntil = (at: Date | undefined): number => ((at?.getTime() ?? 0) - START.getTime()) / MINUTE

describe('keeping sign-ins fresh', () => {
  it('renews before the end, inside the margin', async () => {
    await repository.save(sampleGrant())
    scheduler.start()
    await clock.pass(HOUR)
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(minutesUntil(visits[0]?.at)).toBeGreaterThanOrEqual(52.5)
    expect(minutesUntil(visits[0]?.at)).toBeLessThanOrEqual(55)
  })

  it('goes on renewing, once an hour', async () => {
    await repository.save(sampleGrant())
    scheduler.start()
    await clock.pass(DAY)
    expect(oauth.spent.length).toBeGreaterThanOrEqual(24)
    expect(oauth.spent.length).toBeLessThanOrEqual(28)
    expect(new Set(oauth.spent).size).toBe(oauth.spent.length)
  })

  it('never sets an alarm further ahead than a minute', async () => {
    await repository.save(
      sampleGrant({ tokens: sampleTokens({ expiry: { kind: 'at', at: new Date(START.getTime() + YEAR) } }) })
    )
    scheduler.start()
    await clock.pass(2 * HOUR)
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(MINUTE)
    expect(oauth.spent).toEqual([])
  })

  it('does not renew twenty sign-ins in the same moment', async () => {
    let draw = 0
    luck = () => (draw++ % 20) / 20
    await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        repository.save(sampleGrant({ ref: { ...ref, account: `account-${String(number)}` } }))
      )
    )
    scheduler.start()
    await clock.pass(HOUR)
    const moments = visits.map(({ at }) => at.getTime())
    expect(new Set(moments).size).toBe(20)
    expect(Math.max(...moments) - Math.min(...moments)).toBeGreaterThan(MINUTE)
  })

  it('leaves alone what can not be renewed', async () => {
    await repository.save(sampleKey())
    await repository.save(sampleGrant({ tokens: sampleTokens({ refreshToken: null }) }))
    scheduler.start()
    await clock.pass(3 * HOUR)
    expect(visits).toEqual([])
  })

  it('leaves alone a grant the provider has ended', async () => {
    await repository.save(sampleGrant())
    oauth.next.push(new VaultError('REFRESH_REJECTED'))
    scheduler.start()
    await clock.pass(DAY)
    expect(oauth.spent).toHaveLength(1)
  })

  it('tries again what failed when its time has come, and not more than once a minute', async () => {
    await repository.save(sampleGrant())
    for (let round = 0; round < 10; round += 1) oauth.next.push(new VaultError('REFRESH_UNREACHABLE'))
    scheduler.start()
    await clock.pass(3 * HOUR)
    const gaps = visits.slice(1).map(({ at }, index) => at.getTime() - (visits[index]?.at.getTime() ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE)
    expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  it('does not try faster because it is woken again and again', async () => {
    await repository.save(sampleGrant())
    for (let round = 0; round < 200; round += 1) oauth.next.push(new VaultError('REFRESH_UNREACHABLE'))
    scheduler.start()
    await clock.pass(54 * MINUTE)
    for (let second = 0; second < 120; second += 1) {
      scheduler.wake()
      await clock.pass(SECOND)
    }
    expect(visits.length).toBeLessThanOrEqual(3)
  })

  it('asks a locked keychain for one of a hundred that are due, and for all once it is open', async () => {
    const random = [0.9, 0.1, 0.5, 0.3, 0.7]
    let draws = 0
    luck = () => random[(draws += 1) % random.length] ?? 0
    for (let number = 0; number < 100; number += 1) {
      const tokens = sampleTokens({ expiry: at(-SECOND) })
      await repository.save(sampleGrant({ ref: { ...ref, account: `account ${number}` }, tokens }))
    }
    repository.failLoad = new VaultError('KEYCHAIN_LOCKED')
    scheduler.start()
    await clock.pass(MINUTE)
    const asked = new Set(visits.map((visit) => visit.at.getTime()))
    // Credentials due at the same moment had asked before the first one was refused.
    expect(asked.size).toBe(1)
    expect(visits.length).toBeLessThanOrEqual(100 / random.length)
    repository.failLoad = null
    scheduler.wake()
    await clock.pass(MINUTE)
    expect(oauth.spent).toHaveLength(100)
  })

  it('rests after a failure of the store and looks again on unlocking', async () => {
    await repository.save(sampleGrant())
    scheduler.start()
    repository.failLoad = new VaultError('KEYCHAIN_LOCKED')
    await clock.pass(58 * MINUTE)
    const before = visits.length
    expect(before).toBe(1)
    await clock.pass(2 * MINUTE)
    repository.failLoad = null
    scheduler.wake()
    await clock.pass(SECOND)
    expect(oauth.spent).toEqual(['refresh-1'])
  })

  it('does nothing any more once it is stopped', async () => {
    await repository.save(sampleGrant())
    scheduler.start()
    scheduler.stop()
    scheduler.wake()
    await clock.pass(DAY)
    expect(visits).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('says when it will renew', async () => {
    const entry = await repository.save(sampleGrant())
    expect(minutesUntil(scheduler.nextAt(entry) ?? undefined)).toBe(53.75)
    expect(scheduler.nextAt(await repository.save(sampleKey()))).toBeNull()
  })
})

describe('when the clock jumps', () => {
  const jumps: [string, number][] = [
    ['41 days ahead, as after a long sleep', 41 * DAY],
    ['ten years ahead', 10 * YEAR],
    ['ten years back', -10 * YEAR],
    ['three days ahead', 3 * DAY]
  ]

  it.each(jumps)('%s, it renews once and not in a storm', async (_name, jump) => {
    await repository.save(sampleGrant())
    scheduler.start()
    await clock.pass(10 * MINUTE)
    clock.jump(jump)
    scheduler.wake()
    await clock.pass(30 * MINUTE)
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(visits.length).toBeLessThanOrEqual(2)
  })

  it('spreads what came due during a sleep', async () => {
    let draw = 0
    luck = () => (draw++ % 20) / 20
    await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        repository.save(sampleGrant({ ref: { ...ref, account: `account-${String(number)}` } }))
      )
    )
    scheduler.start()
    clock.jump(3 * DAY)
    scheduler.wake()
    await clock.pass(MINUTE)
    expect(oauth.spent).toHaveLength(20)
    expect(new Set(visits.map(({ at }) => at.getTime())).size).toBeGreaterThan(10)
  })

  it('stays below one refresh a minute while the clock is shaken', async () => {
    await repository.save(sampleGrant())
    scheduler.start()
    for (let minute = 0; minute < 60; minute += 1) {
      clock.jump(minute % 2 === 0 ? 10 * YEAR : -10 * YEAR)
      scheduler.wake()
      await clock.pass(MINUTE)
    }
    expect(oauth.spent.length).toBeLessThanOrEqual(60)
  })
})

describe('whatever a provider says about the life of a token', () => {
  const rows: [string, Lifetime, number][] = [
    ['nothing', { kind: 'unknown' }, 0],
    ['that it never ends', { kind: 'never' }, 0],
    ['no seconds at all', at(0), 1],
    ['ten years', at(10 * YEAR), 0],
    ['fifty minutes', at(50 * MINUTE), 1]
  ]
  it.each(rows)('%s: it renews as often as it should', async (_name, expiry, renewals) => {
    await repository.save(sampleGrant({ tokens: sampleTokens({ expiry }) }))
    scheduler.start()
    await clock.pass(52 * MINUTE)
    expect(oauth.spent).toHaveLength(renewals)
  })

  it('a life of no seconds again and again stays at one refresh a minute', async () => {
    await repository.save(sampleGrant({ tokens: sampleTokens({ expiry: at(0) }) }))
    for (let round = 0; round < 200; round += 1) oauth.next.push({ expiry: at(0) })
    scheduler.start()
    await clock.pass(10 * MINUTE)
    expect(oauth.spent.length).toBeLessThanOrEqual(11)
  })
})
