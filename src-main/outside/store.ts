import type { StoreView } from '#shared/stores.ts'
import type { Config } from '../config.ts'
import { commandClock as clock, commandWarn as warn } from './command-ports.ts'
import { basisOf } from '../home/closed-home.ts'
import { homeLayout } from '../home/home-layout.ts'
import { chooseStore, openStore } from '../home/open-store.ts'
import { readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { endableKeychain } from '../storage/keychain/endable-keychain.ts'
import { defaultKeychainLoader } from '../storage/keychain/keychain-client.ts'
import { readMoveJournal } from '../storage/moving/move-journal.ts'

/** Reads which store a home uses, and asks that store; creates nothing. Throws CONFIG_INVALID and CREDENTIAL_UNREADABLE. */
export async function storeSeen(config: Config): Promise<StoreView> {
  const { catalog: path, move: journal } = homeLayout(config.home)
  const catalog = await readCatalogFile(path)
  const keychain = endableKeychain(defaultKeychainLoader())
  const basis = basisOf(() => catalog)
  const store = await openStore({ config, clock, keychain: keychain.load, warn }, basis)
  try {
    const move = await readMoveJournal(journal)
    return {
      current: store.id,
      chosenBy: (await chooseStore(config)).by,
      entries: catalog?.entries.length ?? 0,
      health: await store.health(),
      move: move && { from: move.from, to: move.to, isRunning: false }
    }
  } finally {
    await store.close()
    keychain.close()
  }
}
