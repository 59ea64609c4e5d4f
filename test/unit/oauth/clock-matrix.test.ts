import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { Lifetime, OAuthGrant } from '../../../src-main/core/credential-record.ts'
import { HOUR, MINUTE, SECOND } from '../../../src-main/core/tokens/lifetime.ts'
import { RefreshScheduler } from '../../../src-main/core/tokens/refresh-scheduler.ts'
import { alone } from '../../../src-main/core/testing/alone.ts'
import { FakeClock } from '../../../src-main/core/testing/fake-clock.ts'
import { FakeOAuthClient } from '../../../src-main/core/testing/fake-oauth-client.ts'
import { MemoryJournal } from '../../../src-main/core/testing/memory-journal.ts'
import { MemoryRepository } from '../../../src-main/core/testing/memory-repository.ts'
import {
  START,
  sampleEndpoints,
  sampleGrant,
  sampleProvider
} from '../../../src-main/core/testing/samples.ts'
import { TokenService } from '../../../src-main/core/tokens/token-service.ts'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'
import { seededRandom } from '../../crash/seeded-random.ts'

const DAY = 24 * HOUR
const YEAR = 365 * DAY
const WATCHED = process.env['LATCHKEY_TRIALS'] === 'full' ? DAY : 6 * HOUR
const provider = { ...sampleProvider, endpoints: sampleEndpoints() }

/** `expires_in` as it is in an answer (null: absent), and the most refreshes in a day that it can cause. */
const lifetimes: readonly (readonly [name: string, written: string | null, mostInADay: number])[] = [
  ['absent', null, 0],
  ['null', 'null', 0],
  ['"3600"', '"3600"', 30],
  ['3600', '3600', 30],
  ['0', '0', DAY / MINUTE],
  ['-1', '-1', 0],
  ['1e20', '1e20', 0],
  ['"NaN"', '"NaN"', 0],
  // This is not JSON, so it is not an answer: the client tries again with a back-off of up to five minutes.
  ['NaN', 'NaN', DAY / MINUTE]
]
/** Jumps of the wall clock in one moment; `MOST_FOR_A_JUMP` is the number of refreshes that one may cause. */
const jumps: readonly (readonly [name: string, ms: number])[] = [
  ['stands where it stood', 0],
  ['goes ten years ahead', 10 * YEAR],
  ['goes ten years back', -10 * YEAR],
  ['wakes after 41 days of sleep', 41 * DAY],
  ['goes into summer time', HOUR],
  ['comes out of summer time', -HOUR],
  ['is put right by ten minutes ahead', 10 * MINUTE],
  ['is put right by ten minutes back', -10 * MINUTE]
]
const MOST_FOR_A_JUMP = 2

/** Returns the lifetime that the real client reads from such an answer, or its error. */
async function lifeOf(written: string | null): Promise<Lifetime | Error> {
  const life = written === null ? '' : `,"expires_in":${written}`
  const body = `{"access_token":"access-2","token_type":"Bearer"${life}}`
  const client = createOAuthClient({
    fetch: async () => new Response(body, { headers: { 'content-type': 'application/json' } }),
    now: () => START,
    allowLoopbackHttp: false
  })
  const renewal = client.refresh(sampleGrant({ provider }), () => undefined)
  return await renewal.then(
    ({ tokens }) => tokens.expiry,
    (error: unknown) => error as Error
  )
}

/** Answers every refresh with the same `expires_in`, and records the elapsed time at each request. */
class SameLife extends FakeOAuthClient {
  readonly askedAt: number[] = []
  readonly #life: Lifetime | Error
  readonly #world: { readonly clock: FakeClock; jumped: number }

  constructor(life: Lifetime | Error, world: { readonly clock: FakeClock; jumped: number }) {
    super(world.clock)
    this.#life = life
    this.#world = world
  }

  override async refresh(...args: Parameters<FakeOAuthClient['refresh']>) {
    const now = this.#world.clock.now().getTime()
    this.askedAt.push(now - START.getTime() - this.#world.jumped)
    this.next.push(this.#life instanceof Error ? this.#life : { expiry: this.#shifted(this.#life, now) })
    return await super.refresh(...args)
  }

  #shifted(life: Lifetime, now: number): Lifetime {
    if (life.kind !== 'at') return life
    return { kind: 'at', at: new Date(now + life.at.getTime() - START.getTime()) }
  }
}

async function worldOf(written: string | null) {
  const clock = new FakeClock(START)
  const world = { clock, jumped: 0 }
  const repository = new MemoryRepository()
  const oauth = new SameLife(await lifeOf(written), world)
  const random = seededRandom(7)
  const journal = new MemoryJournal()
  const onRefreshing = (): void => undefined
  const tokens = new TokenService({
    repository,
    oauth,
    clock,
    random,
    lock: alone,
    journal,
    clientMark: ({ id }) => id,
    onRefreshing
  })
  const entries = (): ReturnType<MemoryRepository['list']> => repository.list()
  const scheduler = new RefreshScheduler({ clock, random, entries, renew: (ref) => tokens.keepFresh(ref) })
  const grant: OAuthGrant = sampleGrant()
  await repository.save(grant)
  const jump = (ms: number): void => {
    clock.jump(ms)
    world.jumped += ms
    scheduler.wake()
  }
  return { clock, oauth, tokens, scheduler, ref: grant.ref, jump }
}

/** The shortest time between two refreshes, in ms. */
const closest = (times: readonly number[]): number =>
  Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)), Infinity)

describe.each(lifetimes)('with an expires_in of %s', (_life, written, mostInADay) => {
  it.each(jumps)('a clock that %s causes no storm, and no alarm beyond a minute', async (_name, ms) => {
    const { clock, oauth, tokens, scheduler, ref, jump } = await worldOf(written)
    scheduler.start()
    // The stored token lasts an hour; the next one has the `expires_in` of this case.
    await clock.pass(90 * MINUTE)
    const beforeJump = oauth.askedAt.length
    expect(beforeJump).toBeGreaterThan(0)
    jump(ms)
    await clock.pass(WATCHED)
    scheduler.stop()
    const caused = oauth.askedAt.length - beforeJump
    expect(caused).toBeLessThanOrEqual(Math.ceil((mostInADay * WATCHED) / DAY) + MOST_FOR_A_JUMP)
    expect(closest(oauth.askedAt)).toBeGreaterThanOrEqual(MINUTE)
    for (const wait of clock.waits) expect(wait).toBeGreaterThan(0)
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(MINUTE)
    // A caller who asks again and again causes no storm, either.
    const token = await tokens.getToken(ref).catch((error: unknown) => error)
    // By a clock set back ten years the first token is not expired.
    const isOver = written === 'NaN' && ms > -YEAR
    expect(token instanceof VaultError ? token.code : 'a token').toBe(
      isOver ? 'REFRESH_UNREACHABLE' : 'a token'
    )
  })

  it.each(jumps)(
    'a caller every second, over a clock that %s, causes one renewal in 30 s',
    async (_n, ms) => {
      const { clock, oauth, tokens, ref, jump } = await worldOf(written)
      const ask = async (): Promise<void> => {
        for (let second = 0; second < 300; second += 1) {
          await tokens.getToken(ref).catch(() => undefined)
          await clock.pass(SECOND)
        }
      }
      await clock.pass(90 * MINUTE)
      await ask()
      const beforeJump = oauth.askedAt.length
      expect(beforeJump).toBeGreaterThan(0)
      jump(ms)
      await ask()
      const isRefusing = written === 'NaN'
      if (!isRefusing) expect(closest(oauth.askedAt)).toBeGreaterThanOrEqual(30 * SECOND)
      // A provider that answers nothing for ten minutes: the back-off doubles, and the jump restarts it at
      // most once.
      expect(oauth.askedAt.length).toBeLessThanOrEqual(isRefusing ? 30 : 20 + MOST_FOR_A_JUMP)
    }
  )
})
