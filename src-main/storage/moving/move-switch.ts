import { isDeepStrictEqual } from 'node:util'
import { type BackendConfig, readBackendConfig } from '../backends/backend-config.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { readMoveJournal, writeMoveJournal } from './move-journal.ts'

/**
 * After a crash or an error inside the switch: the configuration file, which is replaced whole, says which of the two is
 * the store. True: the target is; the catalog says so too. Throws CONFIG_INVALID and what journal and catalog throw.
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
  // In the folder of the configuration: when this is durable, so is that.
  await writeMoveJournal(path, { ...journal, phase: isSwitched ? 'remove' : 'copy' })
  return isSwitched
}

/** Whether the configuration of the home names this store. Throws CONFIG_INVALID. */
export async function asksFor(home: string, store: BackendConfig): Promise<boolean> {
  return isDeepStrictEqual(await readBackendConfig(home), store)
}
