import { expect, test } from 'vitest'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import { SecureStore } from '../secure-store.ts'
import { createMemoryKeychain } from '../storage.testkit.ts'
import { ActiveStore } from './active-store.ts'

/** A store that fails with this code at every read. */
function failing(code: ProblemCode): SecureStore {
  const store = new SecureStore('test', { keychainLoader: async () => createMemoryKeychain() })
  store.read = () => Promise.reject(new VaultError(code))
  return store
}

test.each([
  ['KEYCHAIN_LOCKED', 1],
  ['VAULT_LOCKED', 1],
  ['CREDENTIAL_UNREADABLE', 0]
] as const)(
  'A read that fails with %s reports doubt %i times and passes the error on',
  async (code, times) => {
    let doubts = 0
    const store = new ActiveStore(failing(code), () => (doubts += 1))
    await expect(store.read('a')).rejects.toMatchObject({ code })
    expect(doubts).toBe(times)
  }
)
