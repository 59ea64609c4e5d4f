import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SecureStore } from './secure-store.ts'
import type { SecureStoreOptions } from './secure-store-options.ts'
import { describeSecretBackend, temporaryDir } from './backends/secret-backend.contract.ts'
import { createMemoryKeychain } from './storage.testkit.ts'
import type { MemoryKeychain } from './storage.testkit.ts'

const away = new Error('DBus error: The name org.freedesktop.secrets was not provided by any .service files')
const locked = new Error('Secret Service: unlock prompt was dismissed')
const deadlines = { probeMs: 40, callMs: 60 }

type Made = { store: SecureStore; keychain: MemoryKeychain; dir: string; files: () => Promise<string[]> }

async function makeStore(options: SecureStoreOptions = {}): Promise<Made> {
  const keychain = createMemoryKeychain()
  const dir = join(await temporaryDir(), 'secrets')
  const store = new SecureStore('test', {
    fallbackDir: dir,
    keychainLoader: async () => keychain,
    deadlines,
    ...options
  })
  return { store, keychain, dir, files: () => readdir(dir).catch(() => []) }
}

describeSecretBackend('SecureStore with a keychain', async () => {
  const { store, keychain, dir } = await makeStore()
  const reopen = (): SecureStore =>
    new SecureStore('test', { fallbackDir: dir, keychainLoader: async () => keychain, deadlines })
  return { backend: store, reopen }
})

describeSecretBackend('SecureStore without a keychain', async () => {
  const { store, dir } = await makeStore({ keychainLoader: async () => null })
  return {
    backend: store,
    reopen: () => new SecureStore('test', { fallbackDir: dir, keychainLoader: async () => null })
  }
})

test('The keychain is used first and no file is written', async () => {
  const { store, keychain, files } = await makeStore()
  expect(await store.put('key', 'value')).toBe('keychain')
  expect([...keychain.items]).toEqual([['key.test', 'value']])
  expect(await files()).toEqual([])
})

test('A keychain that refuses sends the value to a file, and takes the file away when it works again', async () => {
  const { store, keychain, files } = await makeStore()
  keychain.fail(away)
  expect(await store.put('key', 'value')).toBe('encrypted-file')
  expect(await store.get('key')).toBe('value')
  expect(await files()).toEqual(['key.enc'])
  keychain.fail(null)
  expect(await store.get('key')).toBe('value')
  expect(await store.put('key', 'new')).toBe('keychain')
  expect(await files()).toEqual([])
})

test('Two services with one folder and one key can not read each other', async () => {
  const { dir } = await makeStore()
  const of = (service: string): SecureStore =>
    new SecureStore(service, { fallbackDir: dir, keychainLoader: async () => null })
  for (const [one, other] of [
    ['one', 'other'],
    ['latchkey', 'one'],
    ['one', 'latchkey']
  ] as const) {
    await of(one).set('key', `secret of ${one}`)
    expect(await of(one).get('key')).toBe(`secret of ${one}`)
    await expect(of(other).get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  }
})

test('With the policy deny nothing goes to a file and the reason is told', async () => {
  const { store, keychain, files } = await makeStore({ fallbackPolicy: 'deny' })
  keychain.fail(locked)
  await expect(store.set('key', 'value')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED', remedy: 'unlock' })
  expect(await files()).toEqual([])
})

test('The policy is asked at every write, so that consent counts from the moment it is given', async () => {
  let policy: 'allow' | 'deny' = 'deny'
  const { store } = await makeStore({ keychainLoader: async () => null, fallbackPolicy: () => policy })
  await expect(store.set('key', 'value')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  policy = 'allow'
  await store.set('key', 'value')
  expect(await store.get('key')).toBe('value')
})

test('A refused keychain is never taken for an absent entry', async () => {
  const { store, keychain } = await makeStore()
  await store.set('key', 'value')
  keychain.fail(locked)
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await expect(store.has('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await expect(store.delete('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  keychain.fail(null)
  expect(await store.get('key')).toBe('value')
})

test('An entry the catalog knows in the keychain is not absent when there is no keychain', async () => {
  const { store } = await makeStore({ keychainLoader: async () => null, residence: () => 'keychain' })
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
})

test('A credential in a file can be removed without a keychain, also after consent to files ended', async () => {
  let policy: 'allow' | 'deny' = 'allow'
  const { store, files } = await makeStore({
    keychainLoader: async () => null,
    fallbackPolicy: () => policy,
    residence: () => 'encrypted-file'
  })
  await store.set('key', 'value')
  policy = 'deny'
  expect(await store.get('key')).toBe('value')
  expect([await store.delete('key'), await files()]).toEqual([true, []])
})

test('A keychain that comes back does not bring an older value with it', async () => {
  const { store, keychain } = await makeStore()
  await store.set('key', 'spent refresh token')
  keychain.fail(away)
  await store.set('key', 'new refresh token')
  keychain.fail(null)
  expect(await store.read('key')).toEqual({ value: 'new refresh token', backend: 'encrypted-file' })
})

test('A file that was not written over an item gives way to the keychain', async () => {
  const { store, keychain, dir } = await makeStore()
  const withoutKeychain = new SecureStore('test', { fallbackDir: dir, keychainLoader: async () => null })
  await withoutKeychain.set('key', 'from the file')
  await keychain.setPassword('test', 'key', 'from the keychain')
  expect(await store.get('key')).toBe('from the keychain')
})

test('Deleting removes the item and the file', async () => {
  const { store, keychain, files } = await makeStore()
  await store.set('key', 'old')
  keychain.fail(away)
  await store.set('key', 'new')
  keychain.fail(null)
  expect(await store.delete('key')).toBe(true)
  expect([keychain.items.size, await files(), await store.get('key')]).toEqual([0, [], null])
})

test('Listing joins keychain and files, sorted, each key once', async () => {
  const { store, keychain } = await makeStore()
  await store.set('b', '1')
  await store.set('c', '1')
  keychain.fail(away)
  await store.set('c', '2')
  await store.set('a', '2')
  keychain.fail(null)
  expect(await store.list()).toEqual(['a', 'b', 'c'])
})

test('With the catalog’s keys the keychain is never enumerated', async () => {
  const { store, keychain } = await makeStore({ knownKeys: () => ['b', 'a'] })
  expect(await store.list()).toEqual(['a', 'b'])
  expect(keychain.calls).toEqual([])
})

test('A keychain that can’t be enumerated leaves the files to be listed', async () => {
  const { store } = await makeStore({
    keychainLoader: async () => createMemoryKeychain({ enumerable: false })
  })
  await store.set('key', 'value')
  expect(await store.list()).toEqual([])
})

test('Forced to files, the keychain is never touched', async () => {
  const { store, keychain, files } = await makeStore({ forceFiles: true })
  await store.set('key', 'value')
  await store.tidy()
  expect([await store.get('key'), await store.list(), await files()]).toEqual(['value', ['key'], ['key.enc']])
  expect(await store.isKeychainAvailable()).toBe(false)
  expect(await store.delete('key')).toBe(true)
  expect(keychain.calls).toEqual([])
})

test('A corrupt file is told even where the keychain answers', async () => {
  const { store, keychain, dir, files } = await makeStore()
  keychain.fail(away)
  await store.set('key', 'value')
  await writeFile(join(dir, 'key.enc'), 'broken')
  keychain.fail(null)
  await expect(store.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await files()).toEqual(['key.enc'])
  await store.set('key', 'again')
  expect(await store.get('key')).toBe('again')
})

test('A keychain that does not answer ends at the deadline; the value goes to the file', async () => {
  const { store, keychain } = await makeStore()
  keychain.hang('set')
  expect(await store.put('key', 'value')).toBe('encrypted-file')
})

test('A keychain that does not answer a read is told as a time-out', async () => {
  const { store, keychain } = await makeStore()
  keychain.hang('get')
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_TIMEOUT', remedy: 'retry' })
})

test('A store without a folder writes to the keychain alone', async () => {
  const keychain = createMemoryKeychain()
  const store = new SecureStore('test', { keychainLoader: async () => keychain, deadlines })
  await store.set('key', 'value')
  keychain.fail(away)
  await expect(store.set('key', 'new')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
})

test('Health names the store in a person’s words', async () => {
  const healthy = await makeStore({ platform: 'linux' })
  expect(await healthy.store.health()).toEqual({
    backend: 'keychain',
    label: 'System keyring (Secret Service)',
    state: 'healthy',
    problem: null
  })
  const degraded = await makeStore({ keychainLoader: async () => null })
  expect(await degraded.store.health()).toMatchObject({
    backend: 'encrypted-file',
    label: 'Encrypted files on this computer',
    state: 'degraded',
    problem: { code: 'KEYCHAIN_UNAVAILABLE', remedy: 'choose-store' }
  })
  const refused = await makeStore({ fallbackPolicy: 'deny', platform: 'darwin' })
  refused.keychain.fail(locked)
  expect(await refused.store.health()).toMatchObject({
    backend: null,
    label: 'macOS Keychain',
    state: 'locked',
    problem: { code: 'KEYCHAIN_LOCKED' }
  })
})
