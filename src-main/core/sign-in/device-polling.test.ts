import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { pauseOf, pollDevice, slowedDown } from './device-polling.ts'
import { MINUTE, SECOND } from '../tokens/lifetime.ts'
import { FakeClock, settle } from '../testing/fake-clock.ts'
import { FakeDevice } from '../testing/fake-device.ts'
import { sampleTokens } from '../testing/samples.ts'
import { TransportError } from '../tokens/transport-error.ts'

const grant = { tokens: sampleTokens(), scopesGranted: [], subject: null, accountLabel: null }
const unwanted: unknown[] = []
const note = (arrived: unknown): void => void unwanted.push(arrived)
const lost = (retryAfterMs: number | null = null): VaultError =>
  new VaultError('PROVIDER_UNREACHABLE', { cause: new TransportError('status', 503, retryAfterMs) })

beforeEach(() => void unwanted.splice(0))

describe('the pause before the next question', () => {
  it.each([
    ['is the interval', { intervalMs: 5000, unanswered: 0, retryAfterMs: null }, 5000],
    ['doubles with a lost question', { intervalMs: 5000, unanswered: 1, retryAfterMs: null }, 10_000],
    ['doubles again', { intervalMs: 5000, unanswered: 3, retryAfterMs: null }, 40_000],
    ['stops growing at a minute', { intervalMs: 5000, unanswered: 30, retryAfterMs: null }, MINUTE],
    ['is never below a long interval', { intervalMs: 90_000, unanswered: 2, retryAfterMs: null }, 90_000],
    ['is what Retry-After says', { intervalMs: 5000, unanswered: 1, retryAfterMs: 120_000 }, 120_000],
    ['is not cut by a short Retry-After', { intervalMs: 5000, unanswered: 1, retryAfterMs: 1000 }, 10_000]
  ])('%s', (_rule, pace, pause) => {
    expect(pauseOf(pace)).toBe(pause)
  })

  it.each([
    ['five seconds more', 5000, null, 10_000],
    ['what the provider names', 5000, 30_000, 30_000],
    ['five seconds more if the named pause is shorter', 10_000, 5000, 15_000]
  ])('is from a slow_down on %s', (_rule, intervalMs, named, next) => {
    const pace = slowedDown({ intervalMs, unanswered: 4, retryAfterMs: 9000 }, named, null)
    expect(pace).toEqual({ intervalMs: next, unanswered: 0, retryAfterMs: null })
  })

  it('is once what Retry-After says beside a slow_down, and five seconds more from then on', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    device.next.push({ kind: 'slow-down', intervalMs: null, retryAfterMs: 40_000 })
    pollDevice(device, clock, note)
    await clock.pass(5 * SECOND)
    await clock.pass(40 * SECOND - 1)
    expect(device.asked).toBe(1)
    await clock.pass(1)
    expect(device.asked).toBe(2)
    await clock.pass(10 * SECOND - 1)
    expect(device.asked).toBe(2)
    await clock.pass(1)
    expect(device.asked).toBe(3)
  })
})

describe('asking about a code', () => {
  it('is never done before the first pause has ended', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    pollDevice(device, clock, note)
    await clock.pass(5 * SECOND - 1)
    expect(device.asked).toBe(0)
    await clock.pass(1)
    expect(device.asked).toBe(1)
  })

  it('ends with the grant', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    device.next.push('pending', 'granted')
    const pending = pollDevice(device, clock, note)
    await clock.pass(10 * SECOND)
    await pending.answered
    expect(await pending.redeem()).toBe(grant)
    await clock.pass(MINUTE)
    expect(device.asked).toBe(2)
  })

  it('goes on after lost questions and comes back to the pace before', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    device.next.push(lost(), lost(2 * MINUTE), 'pending', 'granted')
    const pending = pollDevice(device, clock, note)
    await clock.pass(5 * SECOND)
    await clock.pass(10 * SECOND)
    expect(device.asked).toBe(2)
    await clock.pass(2 * MINUTE)
    await clock.pass(5 * SECOND)
    await pending.answered
    expect(device.asked).toBe(4)
  })

  it('ends at any other error, which redeeming throws', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    device.next.push(new VaultError('SIGN_IN_DENIED'))
    const pending = pollDevice(device, clock, note)
    await clock.pass(5 * SECOND)
    await pending.answered
    await expect(pending.redeem()).rejects.toMatchObject({ code: 'SIGN_IN_DENIED' })
  })

  it('stops when it is closed, also between two questions', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    const pending = pollDevice(device, clock, note)
    await clock.pass(5 * SECOND)
    await pending.close()
    await settle()
    expect([device.isClosed, clock.pending]).toEqual([true, 0])
    await expect(pending.redeem()).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('lets a request that is under way end, and hands over the grant that it brings as unwanted', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    const { promise, resolve } = Promise.withResolvers<void>()
    device.gate = promise
    device.next.push('granted')
    const pending = pollDevice(device, clock, note)
    await clock.pass(5 * SECOND)
    await pending.close()
    expect([device.asked, device.isClosed, unwanted]).toEqual([1, false, []])
    resolve()
    await settle()
    expect([device.isClosed, unwanted]).toEqual([true, [grant]])
  })

  it('hands over the grant that has come and was not taken', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    device.next.push('granted')
    const pending = pollDevice(device, clock, note)
    await clock.pass(5 * SECOND)
    await pending.close()
    await pending.close()
    expect(unwanted).toEqual([grant])
  })

  it('hands over nothing that was taken', async () => {
    const clock = new FakeClock()
    const device = new FakeDevice(grant)
    device.next.push('granted')
    const pending = pollDevice(device, clock, note)
    await clock.pass(5 * SECOND)
    await pending.redeem()
    await pending.close()
    expect(unwanted).toEqual([])
  })

  it('takes no pasted address', () => {
    const pending = pollDevice(new FakeDevice(grant), new FakeClock(), note)
    expect(() => pending.submit('http://127.0.0.1:1/callback?code=x')).toThrow('uses a code')
  })
})
