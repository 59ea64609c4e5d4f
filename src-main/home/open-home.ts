import { readPreferences, type Preferences } from '#shared/preferences.ts'
import type { Clock } from '../core/ports.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { sweepTemporaryFiles } from '../storage/files/atomic-file.ts'
import { settleSwitch } from '../storage/moving/move-switch.ts'
import { MOVE_LOCK } from '../storage/moving/store-mover.ts'
import { StoredCredentialRepository } from '../storage/repository/credential-repository.ts'
import { StoreLock } from '../storage/store/store-lock.ts'
import { homeLayout } from './home-layout.ts'
import { type CatalogPorts, openCatalogOrBackup, openStore, type StoragePorts } from './open-store.ts'

export type HomePorts = StoragePorts & CatalogPorts & { readonly clock: Clock }

/** Longest wait for another process that moves entries, in ms. */
const PATIENCE = 2000

type Readable = { readonly get: () => Preferences }
type HomeOptions<Kept extends Readable> = {
  readonly preferences: (catalog: Catalog) => Kept
  /** Called when a read or a write fails in a way that puts the store in doubt. */
  readonly onDoubt?: () => void
}

/** The preferences that the catalog holds. */
export const storedPreferences = (catalog: Catalog): Readable => ({
  get: () => readPreferences(catalog.preference('preferences'))
})

/**
 * Opens a home: its catalog (or a backup, if the person agrees), the store in use and the credentials in
 * both. Settles what a crash left unfinished. `repository.close` closes everything. `mayLack`: the store may
 * hold entries that the catalog does not list. Throws CONFIG_INVALID or CREDENTIAL_UNREADABLE with nothing
 * changed, and STORE_WRITE_FAILED while another process moves entries.
 */
export async function openHome<Kept extends Readable>(ports: HomePorts, options: HomeOptions<Kept>) {
  const { clock, warn } = ports
  const lock = new StoreLock({ dir: homeLayout(ports.config.home).locks, waitMs: PATIENCE })
  const { catalog, mayLack } = await openCatalogOrBackup(ports)
  try {
    const preferences = options.preferences(catalog)
    await settleMoves(ports.config.home, catalog, lock)
    const store = await openStore(ports, { catalog, preferences }, options.onDoubt)
    const repository = new StoredCredentialRepository({ store, catalog, clock, warn })
    await repository.recover()
    return { catalog, mayLack, preferences, lock, store, repository }
  } catch (error) {
    catalog.close()
    throw error
  }
}

/**
 * Waits until no other process moves entries, then settles a switch of the store that a crash interrupted.
 */
async function settleMoves(home: string, catalog: Catalog, lock: StoreLock): Promise<void> {
  const { move: journal } = homeLayout(home)
  await lock.exclusive(MOVE_LOCK, async () => {
    // The journal of a move and the configuration are here; a killed writer leaves a half-written temporary
    // file.
    await sweepTemporaryFiles(home).catch(() => 0)
    await settleSwitch({ home, journal, catalog })
  })
}
