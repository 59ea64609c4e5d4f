import { isDeepStrictEqual } from 'node:util'
import { type BackendConfig, readBackendConfig } from '../backends/backend-config.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { readMoveJournal, writeMoveJournal } from './move-journal.ts'

/**
 * Settles a switch after a crash or an error inside it: the configuration file, which is replaced whole,
 * decides which of the two is the store. Throws CONFIG_INVALID and the errors of journal and catalog. True:
 * the target is the store, and the catalog was updated.
 */
export async function settleSwitch({
  home,
  journal: path,
  catalog
}: {
  readonly home: string
  readonly journal: string
  readonly catalog: Pick<Catalog, 'relocate'>
}): Promise<boolean> {
  const journal = await readMoveJournal(path)
  if (journal?.phase !== 'switch' || !journal.settings) return false
  const isSwitched = await asksFor(home, journal.settings.to)
  if (isSwitched) catalog.relocate(journal.keys, journal.to)
  // The journal is in the folder of the configuration: when it is durable, the configuration is too.
  await writeMoveJournal(path, { ...journal, phase: isSwitched ? 'remove' : 'copy' })
  return isSwitched
}

/** Returns whether the configuration of the home names this store. Throws CONFIG_INVALID. */
export async function asksFor(home: string, store: BackendConfig): Promise<boolean> {
  return isDeepStrictEqual(await readBackendConfig(home), store)
}
