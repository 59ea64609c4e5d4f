import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BusCall, BusSignal, Bus } from './message-bus.ts'
import { followTrayHost, trayComes, type TrayHost } from './tray-host.ts'

type Answer = (call: BusCall) => unknown

/** A bus with two scripted answers, on which a test sends signals. */
function fakeBus(answers: { hasOwner: Answer; isRegistered: Answer }) {
  const listeners = new Map<string, () => void>()
  let closed: () => void = () => undefined
  const bus: Bus = {
    call: async (call) =>
      call.member === 'NameHasOwner' ? answers.hasOwner(call) : answers.isRegistered(call),
    follow: async ({ member }: BusSignal, listener) => void listeners.set(member, listener),
    onClose: (listener) => void (closed = listener),
    close: () => closed()
  }
  return { bus, answers, send: (member: string) => listeners.get(member)?.() }
}

const yes: Answer = () => true
const no: Answer = () => false
const open = (bus: Bus | null): Promise<TrayHost> => followTrayHost('linux', async () => bus)

describe('the tray of a Linux desktop', () => {
  it('is there when a host shows it, and not because a watcher runs', async () => {
    expect((await open(fakeBus({ hasOwner: yes, isRegistered: yes }).bus)).isThere()).toBe(true)
    expect((await open(fakeBus({ hasOwner: yes, isRegistered: no }).bus)).isThere()).toBe(false)
  })

  it('is not asked for without a watcher, so that nothing is started', async () => {
    const asked = vi.fn(yes)
    expect((await open(fakeBus({ hasOwner: no, isRegistered: asked }).bus)).isThere()).toBe(false)
    expect(asked).not.toHaveBeenCalled()
  })

  it.each([
    ['an error', () => Promise.reject(new Error('NoReply'))],
    ['a text', () => 'true'],
    ['nothing', () => undefined]
  ])('is not there when the answer is %s', async (_name, isRegistered) => {
    expect((await open(fakeBus({ hasOwner: yes, isRegistered }).bus)).isThere()).toBe(false)
  })

  it('is not there without a bus, or on a bus that refuses a follower', async () => {
    expect((await open(null)).isThere()).toBe(false)
    const { bus } = fakeBus({ hasOwner: yes, isRegistered: yes })
    const close = vi.fn()
    const mute = { ...bus, close, follow: () => Promise.reject(new Error('AccessDenied')) }
    expect((await open(mute)).isThere()).toBe(false)
    expect(close).toHaveBeenCalledOnce()
  })

  it.each(['NameOwnerChanged', 'StatusNotifierHostRegistered', 'StatusNotifierHostUnregistered'])(
    'is looked for again at %s',
    async (signal) => {
      const fake = fakeBus({ hasOwner: no, isRegistered: yes })
      const host = await open(fake.bus)
      const told: boolean[] = []
      host.onChange((isThere) => told.push(isThere))
      fake.answers.hasOwner = yes
      fake.send(signal)
      await vi.waitFor(() => expect(host.isThere()).toBe(true))
      fake.answers.isRegistered = no
      fake.send(signal)
      await vi.waitFor(() => expect(host.isThere()).toBe(false))
      fake.send(signal)
      await vi.waitFor(() => expect(told).toEqual([true, false]))
    }
  )

  it('is what the later of two looks found, whichever answers first', async () => {
    const fake = fakeBus({ hasOwner: no, isRegistered: yes })
    const host = await open(fake.bus)
    const slow = Promise.withResolvers<boolean>()
    fake.answers.hasOwner = () => slow.promise
    fake.send('NameOwnerChanged')
    fake.answers.hasOwner = yes
    fake.send('NameOwnerChanged')
    await vi.waitFor(() => expect(host.isThere()).toBe(true))
    slow.resolve(false)
    await slow.promise
    expect(host.isThere()).toBe(true)
  })

  it('goes with the bus', async () => {
    const fake = fakeBus({ hasOwner: yes, isRegistered: yes })
    const host = await open(fake.bus)
    fake.bus.close()
    expect(host.isThere()).toBe(false)
  })
})

describe('the tray of another system', () => {
  it('is always there, and no bus is opened', async () => {
    const openBus = vi.fn()
    for (const platform of ['darwin', 'win32'] as const) {
      expect((await followTrayHost(platform, openBus)).isThere()).toBe(true)
    }
    expect(openBus).not.toHaveBeenCalled()
  })
})

describe('a tray that comes late', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is waited for, and given up after the time', async () => {
    const fake = fakeBus({ hasOwner: no, isRegistered: yes })
    const host = await open(fake.bus)
    const outcome = trayComes(host, 10_000)
    fake.answers.hasOwner = yes
    fake.send('NameOwnerChanged')
    expect(await outcome).toBe(true)

    const never = trayComes(await open(fakeBus({ hasOwner: no, isRegistered: no }).bus), 10_000)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await never).toBe(false)
  })
})
