import { VaultError } from '#shared/problem.ts'
import type { ProblemCode } from '#shared/problem.ts'
import type { CredentialStore } from './credential-store.ts'

const doorCodes: readonly ProblemCode[] = [
  'KEYCHAIN_UNAVAILABLE',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_DENIED',
  'KEYCHAIN_TIMEOUT',
  'VAULT_LOCKED'
]

/** Wraps the store and calls `onShut` when the store can't be opened; errors are passed on. */
export function watched(store: CredentialStore, onShut: () => void): CredentialStore {
  async function watch<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof VaultError && doorCodes.includes(error.code)) onShut()
      throw error
    }
  }
  return {
    get id() {
      return store.id
    },
    prepare: (key) => store.prepare?.(key),
    put: (key, value) => watch(store.put(key, value)),
    read: (key) => watch(store.read(key)),
    delete: (key) => watch(store.delete(key)),
    list: () => watch(store.list()),
    find: () => watch(store.find()),
    health: () => store.health(),
    tidy: () => store.tidy(),
    close: () => store.close()
  }
}
