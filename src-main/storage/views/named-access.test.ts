import { expect, test } from 'vitest'
import { lazyAccess } from './named-access.ts'
import { viewWorld } from './named-views.testkit.ts'
import { ProviderKeyStorage } from './provider-key-storage.ts'

test('The storage is opened at the first use, and once for all callers', async () => {
  let opened = 0
  const { ports } = await viewWorld()
  const access = lazyAccess(async () => {
    opened += 1
    return new ProviderKeyStorage(ports)
  })
  expect(opened).toBe(0)
  const all = await Promise.all(Array.from({ length: 20 }, () => access.get()))
  expect([opened, new Set(all).size, (await access.get()) === all[0]]).toEqual([1, 1, true])
})

test('After a reset the next use makes a new one', async () => {
  const access = lazyAccess(() => ({ made: 'new' }))
  const first = await access.get()
  access.reset()
  expect((await access.get()) === first).toBe(false)
})

test('A failed opening is tried again, and the failure is not kept', async () => {
  let tries = 0
  const access = lazyAccess(async () => {
    tries += 1
    if (tries === 1) throw new Error('not yet')
    return tries
  })
  const both = await Promise.allSettled([access.get(), access.get()])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await access.get()).toBe(2)
})

test('A failure that ends after a reset does not undo a later opening', async () => {
  const { promise, reject } = Promise.withResolvers<string>()
  const results = [promise, Promise.resolve('second')]
  const access = lazyAccess(() => results.shift() ?? 'third')
  const first = access.get().catch(() => 'failed')
  await Promise.resolve()
  access.reset()
  expect(await access.get()).toBe('second')
  reject(new Error('late'))
  expect(await first).toBe('failed')
  expect(await access.get()).toBe('second')
})
