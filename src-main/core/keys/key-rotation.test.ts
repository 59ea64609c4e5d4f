import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { apiKeyFrom } from '../api-key.ts'
import { KeyRotation } from './key-rotation.ts'
import { HOUR } from '../tokens/lifetime.ts'
import type { KeyAnswer } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleGrant, sampleKey } from '../testing/samples.ts'

const OLD = 'sk_test_abcdefghijkl'
const NEW = 'sk_test_the_new_key_42'
const { ref } = sampleKey()
const text = (secret: Secret): string => secret.expose((value) => value)

let clock: FakeClock
let repository: MemoryRepository
let rotation: KeyRotation
let asked: string[]
let answer: KeyAnswer | null
let switches: number

beforeEach(async () => {
  clock = new FakeClock()
  repository = new MemoryRepository()
  asked = []
  answer = { works: 'yes', text: 'Accepted.' }
  switches = 0
  rotation = new KeyRotation({
    repository,
    clock,
    checks: {
      check: async (_holder, key) => {
        asked.push(text(key))
        return answer
      }
    },
    exclusively: (_ref, task) => task(),
    onSwitch: () => void (switches += 1)
  })
  await repository.save(sampleKey())
})

/** Returns the key in use and the other key of the exchange. Null: there is no exchange. */
async function keys(): Promise<[string, string | null]> {
  const held = await repository.load(ref)
  if (held?.kind !== 'api-key') throw new Error('There is no key.')
  const other = held.rotation
  if (other === null) return [text(held.key), null]
  return [text(held.key), text(other.kind === 'prepared' ? other.next : other.former)]
}
const saved = () => repository.saved.length

describe('the exchange of a key', () => {
  it('keeps the old key in use while the new one waits beside it', async () => {
    await rotation.prepare(ref, ` ${NEW}\n`, '2027-11-21T00:00:00.000Z')
    expect(await keys()).toEqual([OLD, NEW])
    expect(repository.find(ref)).toMatchObject({
      masked: 'sk••••••••kl',
      expiry: { kind: 'never' },
      rotation: { kind: 'prepared', since: clock.now(), masked: 'sk••••••••42' }
    })
  })

  it('uses the new key after the switch, with its own age and end, and keeps the old one for a day', async () => {
    await rotation.prepare(ref, NEW, '2027-11-21T00:00:00.000Z')
    const prepared = clock.now()
    clock.jump(HOUR)
    await rotation.switch(ref)
    expect([await keys(), switches]).toEqual([[NEW, OLD], 1])
    expect(repository.find(ref)).toMatchObject({
      obtainedAt: prepared,
      expiry: { kind: 'at', at: new Date('2027-11-21T00:00:00.000Z') },
      rotation: {
        kind: 'switched',
        since: clock.now(),
        undoUntil: new Date(clock.now().getTime() + 24 * HOUR)
      }
    })
  })

  it('is undone before the switch by forgetting the new key', async () => {
    await rotation.prepare(ref, NEW, null)
    await rotation.undo(ref)
    expect(await repository.load(ref)).toEqual(sampleKey())
  })

  it('is undone after the switch by going back to the old key as it was', async () => {
    await rotation.prepare(ref, NEW, '2027-11-21T00:00:00.000Z')
    clock.jump(HOUR)
    await rotation.switch(ref)
    clock.jump(24 * HOUR - 1)
    await rotation.undo(ref)
    expect(await repository.load(ref)).toEqual(sampleKey())
    expect(await keys()).toEqual([OLD, null])
  })

  it('has ended for good after a day, also before the old key was dropped', async () => {
    await rotation.prepare(ref, NEW, null)
    await rotation.switch(ref)
    clock.jump(24 * HOUR)
    await expect(rotation.undo(ref)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await keys()).toEqual([NEW, OLD])
    await rotation.dropFormer(ref)
    expect(await keys()).toEqual([NEW, null])
  })

  it('ends at once when the old key is to be forgotten', async () => {
    await rotation.prepare(ref, NEW, null)
    await rotation.switch(ref)
    await rotation.finish(ref)
    expect(await keys()).toEqual([NEW, null])
    await expect(rotation.undo(ref)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  it('ends when another key is saved in its place', async () => {
    await rotation.prepare(ref, NEW, null)
    const other = { ...sampleKey().ref, name: 'Stripe', key: 'sk_test_third', allowedHosts: [] }
    await repository.save(apiKeyFrom({ ...other, expiresAt: null, replace: true }, clock.now()))
    expect(await keys()).toEqual(['sk_test_third', null])
  })
})

describe('a step that is not possible now is refused with what to do, and changes nothing', () => {
  type Step = (service: KeyRotation) => Promise<unknown>
  const prepare: Step = (service) => service.prepare(ref, NEW, null)
  const doSwitch: Step = (service) => service.switch(ref)
  it.each<[string, Step[], Step, RegExp]>([
    ['switching without a new key', [], doSwitch, /Store one first/],
    ['testing without a new key', [], (service) => service.test(ref), /Store one first/],
    ['undoing nothing', [], (service) => service.undo(ref), /No former key/],
    ['finishing nothing', [], (service) => service.finish(ref), /No former key/],
    ['preparing twice', [prepare], (service) => service.prepare(ref, 'sk_third', null), /discard it first/],
    ['finishing before the switch', [prepare], (service) => service.finish(ref), /not in use yet/],
    ['switching twice', [prepare, doSwitch], doSwitch, /in use already/],
    ['preparing while a former key is kept', [prepare, doSwitch], prepare, /Forget it or undo/],
    ['the key that is in use', [], (service) => service.prepare(ref, ` ${OLD}`, null), /Create a new one/],
    ['an empty key', [], (service) => service.prepare(ref, ' \n', null), /empty/],
    ['a key over two lines', [], (service) => service.prepare(ref, 'a\nb', null), /Copy it again/],
    ['an end in the past', [], (service) => service.prepare(ref, NEW, '2020-01-01T00:00:00Z'), /past/]
  ])('%s', async (_name, before, step, words) => {
    for (const each of before) await each(rotation)
    const [count, held] = [saved(), await keys()]
    const error = await step(rotation).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(VaultError)
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringMatching(words) })
    expect((error as Error).message).not.toMatch(/sk_/)
    expect([saved(), await keys()]).toEqual([count, held])
  })

  it('a new key that ended while it waited', async () => {
    await rotation.prepare(ref, NEW, new Date(clock.now().getTime() + HOUR).toISOString())
    clock.jump(HOUR)
    await expect(rotation.switch(ref)).rejects.toMatchObject({ message: /has expired/ })
    expect([await keys(), switches]).toEqual([[OLD, NEW], 0])
  })

  it('a sign-in, and an entry that is not there', async () => {
    const grant = sampleGrant()
    await repository.save(grant)
    await expect(rotation.prepare(grant.ref, NEW, null)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    const absent = rotation.prepare({ service: 'absent', account: 'x' }, NEW, null)
    await expect(absent).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  })

  it('a store that can not be written leaves both keys as they were', async () => {
    await rotation.prepare(ref, NEW, null)
    repository.failSave = new VaultError('STORE_WRITE_FAILED')
    await expect(rotation.switch(ref)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    expect([await keys(), switches]).toEqual([[OLD, NEW], 0])
  })
})

describe('the test of a new key', () => {
  it('asks about the new key, before and after the switch', async () => {
    await rotation.prepare(ref, NEW, null)
    const testedAt = clock.now().toISOString()
    expect(await rotation.test(ref)).toEqual({ works: 'yes', text: 'Accepted.', testedAt })
    await rotation.switch(ref)
    await rotation.test(ref)
    expect(asked).toEqual([NEW, NEW])
  })

  it('says that nothing was sent where no request is known', async () => {
    await rotation.prepare(ref, NEW, null)
    answer = null
    expect(await rotation.test(ref)).toMatchObject({ works: 'unknown', text: /^Nothing was sent/ })
  })
})

describe('dropping the former key', () => {
  it('does nothing before its time, without an exchange, and for what is no key', async () => {
    await rotation.dropFormer(ref)
    await rotation.prepare(ref, NEW, null)
    await rotation.dropFormer(ref)
    await rotation.switch(ref)
    const count = saved()
    clock.jump(24 * HOUR - 1)
    await rotation.dropFormer(ref)
    await rotation.dropFormer({ service: 'absent', account: 'x' })
    expect([saved(), await keys()]).toEqual([count, [NEW, OLD]])
  })
})
