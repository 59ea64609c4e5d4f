import { expect, test } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { UNDO_MS } from '#shared/removal.ts'
import { Removals } from './removals.ts'
import { FakeClock, settle } from './testing/fake-clock.ts'
import { MemoryRepository } from './testing/memory-repository.ts'
import { sampleKey } from './testing/samples.ts'

async function world(accounts: readonly string[], isBusy = false) {
  const clock = new FakeClock()
  const repository = new MemoryRepository()
  const refs = accounts.map((account): CredentialRef => ({ service: 'linear.app', account }))
  for (const ref of refs) await repository.save({ ...sampleKey(), ref })
  /** Work under way for every account. */
  const work = Promise.withResolvers<void>()
  if (!isBusy) work.resolve()
  /** Accounts whose work under way was ended for good. */
  const ended: string[] = []
  const removals = new Removals({
    clock,
    repository,
    tokens: {
      inTurn: async (_ref, task) => await work.promise.then(task),
      exclusively: async (ref, task) => {
        ended.push(ref.account)
        return await task()
      }
    }
  })
  const listed = (): string[] => repository.list().map(({ ref }) => ref.account)
  return { clock, repository, removals, refs, listed, ended, work }
}

test('Removed credentials leave the list at once and the store when the time to undo is up', async () => {
  const { clock, repository, removals, refs, listed } = await world(['ada', 'ben', 'eva'])
  const removed = removals.remove(refs.slice(0, 2))
  await clock.pass(UNDO_MS - 1)
  expect(listed()).toEqual(['eva'])
  expect(await repository.load(refs[0]!)).toBeNull()
  expect(await repository.putBack(refs[1]!)).not.toBeNull()
  await clock.pass(1)
  expect(await removed).toBe(1)
  expect(await repository.putBack(refs[0]!)).toBeNull()
  expect(listed()).toEqual(['eva', 'ben'])
})

test('What is put back is as it was, its work goes on, and a batch without entries ends at once', async () => {
  const { clock, repository, removals, refs, listed, ended } = await world(['ada', 'ben'])
  const removed = removals.remove(refs)
  await settle()
  expect(await removals.undo(refs.slice(1))).toBe(1)
  expect(listed()).toEqual(['ben'])
  expect(await removals.undo(refs)).toBe(1)
  expect(await removed).toBe(0)
  expect(listed()).toEqual(['ben', 'ada'])
  expect((await repository.load(refs[0]!))?.kind).toBe('api-key')
  expect([ended, clock.pending]).toEqual([[], 0])
})

test('What waits for work under way before it is set aside can be put back already', async () => {
  const { clock, removals, refs, listed, work } = await world(['ada', 'ben'], true)
  const removed = removals.remove(refs)
  await settle()
  expect(await removals.undo(refs.slice(0, 1))).toBe(1)
  work.resolve()
  await clock.pass(UNDO_MS)
  expect([await removed, listed()]).toEqual([1, ['ada']])
})

test('An undo that can not be written is told, and can be tried again', async () => {
  const { repository, removals, refs, listed } = await world(['ada'])
  const removed = removals.remove(refs)
  await settle()
  const putBack = repository.putBack.bind(repository)
  repository.putBack = () => Promise.reject(new VaultError('STORE_WRITE_FAILED'))
  await expect(removals.undo(refs)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  repository.putBack = putBack
  expect(await removals.undo(refs)).toBe(1)
  expect([await removed, listed()]).toEqual([0, ['ada']])
})

test('An undo that comes too late puts nothing back', async () => {
  const { clock, removals, refs, listed } = await world(['ada'])
  const removed = removals.remove(refs)
  await clock.pass(UNDO_MS)
  expect([await removed, await removals.undo(refs), listed()]).toEqual([1, 0, []])
})

test('A key that is saved in the place of a removed one stays', async () => {
  const { clock, repository, removals, refs, listed } = await world(['ada'])
  const removed = removals.remove(refs)
  await settle()
  await repository.save({ ...sampleKey(), ref: refs[0]! })
  await clock.pass(UNDO_MS)
  expect([await removed, listed()]).toEqual([0, ['ada']])
})

test('Before the vault closes or locks, everything that waits is removed', async () => {
  const { repository, removals, refs, listed, clock } = await world(['ada', 'ben'])
  const removed = Promise.all(refs.map((ref) => removals.remove([ref])))
  await settle()
  await removals.finish()
  expect(await removed).toEqual([1, 1])
  expect([listed(), await repository.load(refs[0]!), clock.pending]).toEqual([[], null, 0])
})

test('If one can not be set aside none is, and if one can not be removed the others are', async () => {
  const { clock, repository, removals, refs, listed } = await world(['ada', 'ben'])
  const setAside = repository.setAside.bind(repository)
  repository.setAside = async (ref) => {
    if (ref.account === 'ben') throw new VaultError('STORE_WRITE_FAILED')
    return await setAside(ref)
  }
  await expect(removals.remove(refs)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect([listed().toSorted(), clock.pending]).toEqual([['ada', 'ben'], 0])

  repository.setAside = setAside
  const removeSetAside = repository.removeSetAside.bind(repository)
  repository.removeSetAside = async (ref) => {
    if (ref.account !== 'ben') return await removeSetAside(ref)
    await repository.putBack(ref)
    throw new VaultError('KEYCHAIN_LOCKED')
  }
  const removed = removals.remove(refs)
  const refused = expect(removed).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await clock.pass(UNDO_MS)
  await refused
  expect(listed()).toEqual(['ben'])
})
