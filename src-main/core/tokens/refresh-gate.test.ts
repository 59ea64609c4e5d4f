import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { HOUR, MINUTE, SECOND } from './lifetime.ts'
import { RefreshLimit } from './refresh-gate.ts'
import type { Secret } from '../secret.ts'
import { alone } from '../testing/alone.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FakeOAuthClient } from '../testing/fake-oauth-client.ts'
import { MemoryJournal } from '../testing/memory-journal.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { START, sampleGrant } from '../testing/samples.ts'
import { TokenService } from './token-service.ts'

const YEAR = 365 * 24 * HOUR
const { ref } = sampleGrant()
let clock: FakeClock

beforeEach(() => {
  clock = new FakeClock(START)
})

describe('whether a grant may be renewed again without a person asking', () => {
  type Step = (limit: RefreshLimit) => unknown
  const passing =
    (ms: number): Step =>
    () =>
      clock.pass(ms)
  const jumping =
    (ms: number): Step =>
    () =>
      clock.jump(ms)
  const waking: Step = (limit) => limit.wake()
  const rows: [string, boolean, Step[], boolean][] = [
    ['29 seconds after it worked', true, [passing(29 * SECOND)], false],
    ['30 seconds after it worked', true, [passing(30 * SECOND)], true],
    ['at once after it failed, for the back-off has its own time', false, [], true],
    ['after a jump of ten years', true, [passing(40 * SECOND), jumping(10 * YEAR)], false],
    ['after a jump back of ten years', true, [passing(40 * SECOND), jumping(-10 * YEAR)], false],
    ['after a jump back and a failure', false, [jumping(-10 * YEAR)], false],
    ['a minute after a jump', true, [jumping(10 * YEAR), passing(MINUTE)], true],
    ['after a sleep of a night', true, [jumping(8 * HOUR), waking], true],
    ['after a wake without a sleep', true, [passing(SECOND), waking], false],
    ['after a small correction of the clock', true, [passing(40 * SECOND), jumping(-2 * SECOND)], true]
  ]
  it.each(rows)('%s', async (_name, worked, steps, allowed) => {
    const limit = new RefreshLimit(clock)
    limit.note(ref, worked)
    for (const step of steps) await step(limit)
    expect(limit.allows(ref)).toBe(allowed)
  })

  it('is asked for each grant alone, and leaves no alarm behind when it closes', () => {
    const limit = new RefreshLimit(clock)
    limit.note(ref, true)
    limit.note(ref, true)
    expect([limit.allows(ref), limit.allows({ ...ref, account: 'bob' })]).toEqual([false, true])
    limit.close()
    expect(clock.pending).toBe(0)
  })
})

describe('callers that ask without end', () => {
  let repository: MemoryRepository
  let oauth: FakeOAuthClient
  let tokens: TokenService

  beforeEach(async () => {
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
    clock.jump(2 * HOUR)
  })

  const ask = (rejected?: Secret): Promise<Secret | null> =>
    tokens.getToken(ref, rejected === undefined ? {} : { rejected }).catch(() => null)

  it('get at most two refreshes a minute out of a provider whose tokens live for no time', async () => {
    oauth.next.push(...Array.from({ length: 500 }, () => ({ expiry: { kind: 'at', at: START } as const })))
    for (let second = 0; second < 300; second += 1) {
      await ask()
      await clock.pass(SECOND)
    }
    expect(oauth.spent).toHaveLength(10)
  })

  it('get at most two refreshes a minute out of an API that refuses every token', async () => {
    for (let second = 0; second < 300; second += 1) {
      const held = (await repository.load(ref)) as OAuthGrant
      await ask(held.tokens.accessToken)
      await clock.pass(SECOND)
    }
    expect(oauth.spent).toHaveLength(10)
  })

  it('get at most one refresh a minute while the clock jumps back and forth, and a token each time', async () => {
    for (let second = 0; second < 300; second += 1) {
      clock.jump(second % 2 === 0 ? 10 * YEAR : -10 * YEAR)
      expect(await ask()).not.toBeNull()
      await clock.pass(SECOND)
    }
    expect(oauth.spent.length).toBeLessThanOrEqual(5)
    expect(oauth.spent.length).toBeGreaterThan(0)
  })

  it('ask a provider that is down at most once a minute while the clock jumps back and forth', async () => {
    for (let second = 0; second < 300; second += 1) {
      oauth.next[0] = new VaultError('REFRESH_UNREACHABLE')
      clock.jump(second % 2 === 0 ? 10 * YEAR : -10 * YEAR)
      await ask()
      await clock.pass(SECOND)
    }
    expect(oauth.spent.length).toBeLessThanOrEqual(6)
    expect(oauth.spent.length).toBeGreaterThan(0)
  })
})
