import { credentialKey } from '#shared/credential.ts'
import { readPreferences } from '#shared/preferences.ts'
import type { CatalogFile } from '../storage/doctor/doctor-catalog.ts'
import type { StorageBasis } from './open-store.ts'

/**
 * The basis on which a store is opened for a catalog that is only read. `file` returns null if there is no
 * catalog or it is not read yet.
 */
export function basisOf(file: () => CatalogFile | null): StorageBasis {
  return {
    catalog: {
      preference: (name) => file()?.preference(name) ?? null,
      keys: () => [...(file()?.keys ?? [])],
      backendOf: (key) => file()?.entries.find(({ ref }) => credentialKey(ref) === key)?.backend ?? null
    },
    preferences: { get: () => readPreferences(file()?.preference('preferences') ?? null) }
  }
}
