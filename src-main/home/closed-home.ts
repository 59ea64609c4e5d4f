import { existsSync } from 'node:fs'
import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { readPreferences } from '#shared/preferences.ts'
import { type CatalogFile, isCatalogInUse } from '../storage/doctor/doctor-catalog.ts'
import { StoreLock } from '../storage/store/store-lock.ts'
import type { StorageBasis } from './open-store.ts'
import { requireFolder } from './home-folder.ts'
import { homeLayout } from './home-layout.ts'
import { lockableOf, type HomePorts, openHome, storedPreferences } from './open-home.ts'

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

/** Throws INVALID_REQUEST with `whenOpen` while any process has this catalog open. Creates nothing. */
export function requireClosed(catalog: string, whenOpen: string): void {
  if (!existsSync(catalog) || !isCatalogInUse(catalog)) return
  throw new VaultError('INVALID_REQUEST', { message: whenOpen })
}

/**
 * Opens a home for one command; `close` closes the catalog and the store. Throws INVALID_REQUEST with
 * `whenOpen` while Latchkey is open on it: two processes would show two lists, and one would keep the old
 * tokens of a sign-in that the other has refreshed.
 */
export async function openClosedHome(ports: HomePorts, whenOpen: string) {
  const { home } = ports.config
  const { catalog: path, locks } = homeLayout(home)
  requireFolder(home)
  requireClosed(path, whenOpen)
  const { catalog, repository, store } = await openHome(ports, { preferences: storedPreferences })
  const lock = new StoreLock({ dir: locks })
  const tokens = {
    current: (ref: CredentialRef) => repository.load(ref),
    exclusively: <T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> =>
      lock.exclusive(credentialKey(ref), task)
  }
  return {
    ...lockableOf(store, () => repository.recover()),
    repository,
    tokens,
    signOuts: catalog.signOuts,
    close: () => repository.close()
  }
}
