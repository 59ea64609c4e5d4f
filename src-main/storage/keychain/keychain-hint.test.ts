import { expect, test } from 'vitest'
import { ActiveStore } from '../store/active-store.ts'
import { SecureStore } from '../secure-store.ts'
import { createMemoryKeychain } from '../storage.testkit.ts'
import type { KeychainAdapter } from './keychain-adapter.ts'

/** The store as a vault uses it, over a keychain in memory with `prepare`. */
function makeStore(prepare: NonNullable<KeychainAdapter['prepare']>, forceFiles = false) {
  const keychain = createMemoryKeychain()
  const secure = new SecureStore('test', {
    keychainLoader: async () => ({ ...keychain, prepare }),
    forceFiles
  })
  return { keychain, store: new ActiveStore(secure) }
}

test('Nothing is prepared before the keychain has answered once: it may be locked or absent', async () => {
  const prepared: string[] = []
  const { keychain, store } = makeStore(
    async (service, account) => void prepared.push(`${service} ${account}`)
  )
  store.prepare?.('early')
  keychain.fail(new Error('Secret Service: unlock prompt was dismissed'))
  await expect(store.read('a')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  store.prepare?.('locked')
  expect(prepared).toEqual([])
  keychain.fail(null)
  expect(await store.read('a')).toBeNull()
  store.prepare?.('near')
  expect(prepared).toEqual(['test near'])
})

test('A failed preparation is ignored, and says nothing about the keychain', async () => {
  const { store } = makeStore(async () => {
    throw new Error('Secret Service: unlock prompt was dismissed')
  })
  await store.put('a', '1')
  store.prepare?.('a')
  store.prepare?.('')
  expect(await store.read('a')).toEqual({ value: '1', backend: 'keychain' })
})

test('A keychain that can not be prepared is used as usual', async () => {
  const keychain = createMemoryKeychain()
  const store = new SecureStore('test', { keychainLoader: async () => keychain })
  await store.put('a', '1')
  keychain.calls.length = 0
  store.prepare('b')
  expect(keychain.calls).toEqual([])
  expect(await store.read('b')).toBeNull()
})
