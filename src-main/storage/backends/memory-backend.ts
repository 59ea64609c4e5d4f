import type { SecretBackend } from '../../core/ports.ts'
import { assertStorableKey, assertStorableValue } from '../files/file-names.ts'

/** Secrets that end with the process. For tests, and for a session that must leave no data behind. */
export function createMemoryBackend(): SecretBackend {
  const values = new Map<string, string>()
  return {
    id: 'memory',
    get: async (key) => {
      assertStorableKey(key)
      return values.get(key) ?? null
    },
    set: async (key, value) => {
      assertStorableKey(key)
      assertStorableValue(value)
      values.set(key, value)
    },
    delete: async (key) => values.delete(key),
    list: async () => [...values.keys()].toSorted()
  }
}
