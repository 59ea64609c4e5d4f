import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { KeychainAccess } from './keychain-access.ts'
import { createKeychainBackend } from './keychain-backend.ts'
import type { KeychainBackend } from './keychain-backend.ts'
import type { KeychainAdapter } from './keychain-adapter.ts'
import { OverflowFiles } from './overflow-files.ts'
import { describeSecretBackend, temporaryDir } from '../backends/secret-backend.contract.ts'
import { createMemoryKeychain } from '../storage.testkit.ts'

type Options = { adapter: KeychainAdapter; dir: string; asOnWindows?: boolean; knownKeys?: () => string[] }

function backendOver({ adapter, dir, asOnWindows = false, knownKeys }: Options): KeychainBackend {
  return createKeychainBackend({
    service: 'latchkey-test',
    access: new KeychainAccess({
      load: async () => adapter,
      // These calls do not hang; a disk under load is slow.
      deadlines: { probeMs: 10_000, callMs: 10_000 },
      now: () => performance.now()
    }),
    maxItemLength: asOnWindows ? 1200 : Number.POSITIVE_INFINITY,
    overflow: new OverflowFiles({ dir, graceMs: 0 }),
    caseInsensitive: asOnWindows,
    knownKeys: knownKeys ?? null
  })
}

const long = (letter: string): string => letter.repeat(5000)

describeSecretBackend('The keychain backend', async () => {
  const options = { adapter: createMemoryKeychain(), dir: await temporaryDir() }
  return { backend: backendOver(options), reopen: () => backendOver(options) }
})

describeSecretBackend('The keychain backend on Windows', async () => {
  const keys = new Set<string>()
  const adapter = createMemoryKeychain({ asOnWindows: true, enumerable: false })
  const options = { adapter, dir: await temporaryDir(), asOnWindows: true, knownKeys: () => [...keys] }
  const backend = backendOver(options)
  // Sets a key and lists it, as the catalog does.
  const set = async (key: string, value: string): Promise<void> => {
    await backend.set(key, value)
    keys.add(key)
  }
  return { backend: { ...backend, set }, reopen: () => backendOver(options) }
})

test('A lost write is not taken for a success', async () => {
  const adapter = createMemoryKeychain()
  const deaf = { ...adapter, setPassword: async () => undefined }
  const backend = backendOver({ adapter: deaf, dir: await temporaryDir() })
  await expect(backend.set('key', 'value')).rejects.toMatchObject({
    code: 'STORE_WRITE_FAILED',
    message: expect.stringContaining('Its content is now unknown')
  })
})

test('A failed removal is not taken for a success', async () => {
  const adapter = createMemoryKeychain()
  const stubborn = { ...adapter, deletePassword: async () => true }
  const backend = backendOver({ adapter: stubborn, dir: await temporaryDir() })
  await backend.set('key', 'value')
  await expect(backend.delete('key')).rejects.toMatchObject({
    code: 'STORE_WRITE_FAILED',
    message: expect.stringContaining('still has it')
  })
})

test('The probe leaves nothing behind, and its accounts are never listed', async () => {
  const adapter = createMemoryKeychain()
  const backend = backendOver({ adapter, dir: await temporaryDir() })
  expect(await backend.probe()).toBeNull()
  expect(adapter.items.size).toBe(0)
  await adapter.setPassword('latchkey-test', '__latchkey_probe__left', 'x')
  expect(await backend.list()).toEqual([])
})

test('A keychain that takes a value and has none is not available', async () => {
  const adapter = createMemoryKeychain()
  const forgetful = { ...adapter, getPassword: async () => null }
  const backend = backendOver({ adapter: forgetful, dir: await temporaryDir() })
  expect(await backend.probe()).toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
})

test('A long value goes to one sealed file, and the item holds where and how', async () => {
  const adapter = createMemoryKeychain({ asOnWindows: true })
  const dir = await temporaryDir()
  const backend = backendOver({ adapter, dir, asOnWindows: true })
  await backend.set('key', long('a'))
  await backend.set('key', long('b'))
  const names = await readdir(dir)
  expect(names).toHaveLength(1)
  expect(names[0]).toMatch(/^[0-9a-f]{32}\.sealed$/)
  expect(await readFile(join(dir, names[0] ?? ''), 'utf8')).not.toContain('bbbb')
  expect([...adapter.items.values()][0]?.length).toBeLessThan(120)
  expect(await backend.get('key')).toBe(long('b'))
})

test('No file is left when a value becomes short again, or is removed', async () => {
  const dir = await temporaryDir()
  const backend = backendOver({
    adapter: createMemoryKeychain({ asOnWindows: true }),
    dir,
    asOnWindows: true
  })
  await backend.set('key', long('a'))
  await backend.set('key', 'short')
  expect(await readdir(dir)).toEqual([])
  await backend.set('key', long('a'))
  await backend.delete('key')
  expect(await readdir(dir)).toEqual([])
})

test('A sealed file that is gone or was changed is unreadable, and the item can be replaced', async () => {
  const dir = await temporaryDir()
  const backend = backendOver({
    adapter: createMemoryKeychain({ asOnWindows: true }),
    dir,
    asOnWindows: true
  })
  await backend.set('key', long('a'))
  const [name = ''] = await readdir(dir)
  const text = await readFile(join(dir, name), 'utf8')
  await writeFile(join(dir, name), text.replace(/"data":"..../, '"data":"AAAA'))
  await expect(backend.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await backend.set('key', long('b'))
  expect(await backend.get('key')).toBe(long('b'))
})

test('A file of this very millisecond, which the file system tells more exactly than the clock, is swept', async () => {
  const dir = await temporaryDir()
  const overflow = new OverflowFiles({ dir, graceMs: 0 })
  await overflow.write('key', 'value')
  const [name = ''] = await readdir(dir)
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  onTestFinished(() => void vi.useRealTimers())
  await utimes(join(dir, name), 1_800_000_000.0005, 1_800_000_000.0005)
  await overflow.sweep(async () => null)
  expect(await readdir(dir)).toEqual([])
})

/** Stops the process, as far as a test can: after `steps` changes all calls fail. */
function dyingAfter(adapter: KeychainAdapter, steps: number): KeychainAdapter {
  let left = steps
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (left === 0) throw new Error('killed')
    left -= 1
    return work()
  }
  return {
    getPassword: (service, account) => step(() => adapter.getPassword(service, account)),
    setPassword: (service, account, value) => step(() => adapter.setPassword(service, account, value)),
    deletePassword: (service, account) => step(() => adapter.deletePassword(service, account))
  }
}

test.each([0, 1, 2])(
  'A switch that stops after %d keychain calls leaves the old or the new value',
  async (steps) => {
    const adapter = createMemoryKeychain({ asOnWindows: true })
    const dir = await temporaryDir()
    const options = { adapter, dir, asOnWindows: true }
    await backendOver(options).set('key', long('a'))
    await backendOver({ ...options, adapter: dyingAfter(adapter, steps) })
      .set('key', long('b'))
      .catch(() => undefined)
    const next = backendOver(options)
    expect(await next.get('key')).toBe(steps < 2 ? long('a') : long('b'))
    await next.sweep()
    expect(await next.get('key')).toBe(steps < 2 ? long('a') : long('b'))
    expect((await readdir(dir)).map((name) => name.split('.')[1])).toEqual(['sealed'])
  }
)

test('The sweep keeps every file while the keychain can’t be asked', async () => {
  const adapter = createMemoryKeychain({ asOnWindows: true })
  const dir = await temporaryDir()
  const options = { adapter, dir, asOnWindows: true }
  await backendOver(options).set('key', long('a'))
  const stopped = backendOver({ ...options, adapter: dyingAfter(adapter, 1) })
  await stopped.set('key', long('b')).catch(() => undefined)
  const before = (await readdir(dir)).length
  adapter.fail(new Error('Secret Service: unlock prompt was dismissed'))
  const next = backendOver(options)
  await expect(next.sweep()).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(await readdir(dir)).toHaveLength(before)
  adapter.fail(null)
  await next.sweep()
  expect(await next.get('key')).toBe(long('a'))
})
