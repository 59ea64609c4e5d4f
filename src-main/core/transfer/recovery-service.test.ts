import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../credential-record.ts'
import { type Aside, type RecoveryRecord, RecoveryService } from './recovery-service.ts'
import { Secret } from '../secret.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { sampleKey, START } from '../testing/samples.ts'

type Copy = { readonly count: number; readonly recipient: string; readonly aside: Aside }

function newRecovery(given: { record?: RecoveryRecord | null; takes?: boolean } = {}) {
  const clock = new FakeClock(START)
  const state = {
    record: given.record ?? null,
    credentials: [sampleKey()] as Credential[],
    missing: [] as string[],
    print: 'one',
    failure: null as VaultError | null,
    /** Lets the copy under way end. */
    finish: null as (() => void) | null,
    isSlow: false,
    collected: 0
  }
  const copies: Copy[] = []
  const removed: string[] = []
  const service = new RecoveryService({
    clock,
    memory: { read: () => state.record, write: (record) => void (state.record = record) },
    newKey: async () => ({ key: new Secret('AGE-SECRET-KEY-1X'), recipient: 'age1new' }),
    show: async () => given.takes ?? true,
    collect: async () => {
      state.collected += 1
      return { credentials: state.credentials, missing: state.missing }
    },
    fingerprint: () => state.print,
    files: {
      path: '~/copy.age',
      write: async (credentials, recipient, aside) => {
        if (state.failure !== null) throw state.failure
        if (state.isSlow) await new Promise<void>((resolve) => (state.finish = resolve))
        copies.push({ count: credentials.length, recipient, aside })
      },
      remove: async () => void removed.push('all')
    }
  })
  return { service, clock, state, copies, removed }
}

const record: RecoveryRecord = {
  recipient: 'age1old',
  createdAt: START.toISOString(),
  copiedAt: START.toISOString(),
  fingerprint: 'one',
  isComplete: true
}

describe('recovery copies', () => {
  it('begin with a key that the person took, and keep nothing of a refused key', async () => {
    const refused = newRecovery({ takes: false })
    expect(await refused.service.create()).toBeNull()
    expect(refused.state.record).toBeNull()
    expect(refused.copies).toEqual([])
    const taken = newRecovery()
    expect(await taken.service.create()).toEqual({
      kind: 'on',
      createdAt: START.toISOString(),
      copiedAt: START.toISOString(),
      path: '~/copy.age',
      problem: null
    })
    expect(JSON.stringify(taken.state.record)).not.toContain('SECRET')
    expect(taken.copies).toEqual([{ count: 1, recipient: 'age1new', aside: 'drop' }])
  })

  it('are renewed once for a row of changes, and not when nothing that is kept has changed', async () => {
    const { service, clock, state, copies } = newRecovery({ record })
    service.noteChange()
    await clock.pass(10_000)
    expect(copies).toEqual([])
    state.print = 'two'
    ;[1, 2, 3].forEach(() => service.noteChange())
    await clock.pass(10_000)
    expect(copies).toHaveLength(1)
    expect(state.record?.fingerprint).toBe('two')
  })

  it('never open the store while no key was made', async () => {
    const { service, clock, state } = newRecovery()
    service.noteChange()
    await clock.pass(10_000)
    await service.close()
    expect(state.collected).toBe(0)
  })

  it('that lack an entry put the last complete one aside, once, and drop it when all are there again', async () => {
    const { service, clock, state, copies } = newRecovery({ record })
    const change = async (print: string, missing: string[]): Promise<void> => {
      Object.assign(state, { print, missing })
      service.noteChange()
      await clock.pass(10_000)
    }
    await change('two', ['Stripe · acme'])
    expect(service.status()).toMatchObject({
      problem: expect.stringContaining('One entry could not be read')
    })
    await change('three', ['Stripe · acme', 'GitHub · ana'])
    expect(service.status()).toMatchObject({ problem: expect.stringContaining('2 entries') })
    await change('four', [])
    expect(service.status()).toMatchObject({ problem: null })
    expect(copies.map(({ aside }) => aside)).toEqual(['put', 'leave', 'drop'])
  })

  it('for a new key do not forget that the former copy was complete', async () => {
    const { service, state, copies } = newRecovery({ record })
    state.missing = ['Stripe · acme']
    await service.create()
    expect(copies).toEqual([{ count: 1, recipient: 'age1new', aside: 'put' }])
  })

  it('that can not be made stop nothing, are reported, and are tried again', async () => {
    const { service, clock, state, copies } = newRecovery({ record })
    state.failure = new VaultError('STORE_WRITE_FAILED')
    state.print = 'two'
    service.noteChange()
    await clock.pass(4000)
    expect(service.status()).toMatchObject({
      copiedAt: START.toISOString(),
      problem: expect.stringContaining('could not be updated')
    })
    state.failure = null
    await clock.pass(61_000)
    expect(copies).toHaveLength(1)
    expect(service.status()).toMatchObject({ problem: null })
  })

  it.each(['switched off', 'given another key'])('stay %s while a copy was being written', async (what) => {
    const { service, clock, state, copies } = newRecovery({ record })
    Object.assign(state, { print: 'two', isSlow: true })
    service.noteChange()
    await clock.pass(4000)
    const change = what === 'switched off' ? service.remove() : service.create()
    state.isSlow = false
    state.finish?.()
    await change
    expect(state.record?.recipient ?? null).toBe(what === 'switched off' ? null : 'age1new')
    expect(copies.at(-1)?.recipient).toBe(what === 'switched off' ? 'age1old' : 'age1new')
  })

  it('are made at the end for what changed last, and end when they are switched off', async () => {
    const { service, state, copies } = newRecovery({ record })
    state.print = 'two'
    service.noteChange()
    await service.close()
    expect(copies).toHaveLength(1)
    const off = newRecovery({ record })
    off.state.print = 'two'
    off.service.noteChange()
    expect(await off.service.remove()).toEqual({ kind: 'off' })
    await off.clock.pass(10_000)
    expect([off.copies, off.removed]).toEqual([[], ['all']])
  })
})
