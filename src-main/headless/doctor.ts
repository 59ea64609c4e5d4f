import { parse } from 'valibot'
import { doctorReport, type DoctorFixRequest, type DoctorReport, type DoctorRequest } from '#shared/doctor.ts'
import { type Config, readConfig } from '../config.ts'
import { basisOf } from '../home/closed-home.ts'
import { tallyOfOpen } from '../storage/catalog/catalog-tally.ts'
import { type CatalogFile, isCatalogInUse, readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { openHome, storedPreferences } from '../home/open-home.ts'
import { openStore } from '../home/open-store.ts'
import { createDoctor, LAST_LOOK, lastLook } from '../vault/doctor.ts'
import { defaultKeychainLoader } from '../storage/keychain/keychain-client.ts'
import { homeLayout } from '../home/home-layout.ts'
import { commandClock as clock, commandWarn as warn, commandPorts } from './command-ports.ts'

/** The doctor without a window. `close` ends the keychain helper, so that the process can end. */
export type HeadlessDoctor = {
  readonly run: (request: DoctorRequest) => Promise<DoctorReport>
  readonly fix: (request: DoctorFixRequest) => Promise<DoctorReport>
  readonly close: () => Promise<void>
}

/**
 * Opens the doctor for the home of the settings, also while Latchkey is open on it: the catalog is opened
 * read only and nothing is created. Throws CONFIG_INVALID for an invalid setting.
 */
export async function openHeadlessDoctor(
  version: string,
  config: Config = readConfig()
): Promise<HeadlessDoctor> {
  const keychain = defaultKeychainLoader()
  const path = homeLayout(config.home).catalog
  let last: CatalogFile | null = null
  const basis = basisOf(() => last)
  const store = await openStore({ config, clock, keychain, warn }, basis)
  const doctor = createDoctor({
    config,
    clock,
    keychain,
    version,
    store,
    storageHealth: () => store.health(),
    mayLack: () => false,
    listed: () => ({ entries: last?.entries ?? [], clients: last?.preference('clients') }),
    tally: () =>
      last === null ? { entries: 0, removals: 0 } : tallyOfOpen({ ...last, list: () => last?.entries ?? [] }),
    catalog: {
      view: async () => (last = await readCatalogFile(path)),
      settle: () => settle(config),
      lastRun: () => lastLook(last?.preference(LAST_LOOK)),
      noteRun: () => undefined
    }
  })
  return {
    run: async (request) => parse(doctorReport, await doctor.run(request)),
    fix: async (request) => parse(doctorReport, await doctor.fix(request)),
    close: () => store.close()
  }
}

/** Settles what a crash left in this home. False: Latchkey is open on it and settles by itself. */
async function settle(config: Config): Promise<boolean> {
  const path = homeLayout(config.home).catalog
  if (isCatalogInUse(path)) return false
  const { repository } = await openHome(commandPorts(config), { preferences: storedPreferences })
  await repository.close()
  return true
}
