import { parse } from 'valibot'
import { doctorReport, type DoctorFixRequest, type DoctorReport, type DoctorRequest } from '#shared/doctor.ts'
import { type Config, readConfig } from '../config.ts'
import { basisOf } from '../home/closed-home.ts'
import { tallyOfOpen } from '../storage/catalog/catalog-tally.ts'
import { type CatalogFile, isCatalogInUse, readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { openHome, storedPreferences } from '../home/open-home.ts'
import { openStore } from '../home/open-store.ts'
import { createDoctor, LAST_LOOK, lastLook } from '../vault/doctor.ts'
import { defaultKeytarLoader } from '../storage/keychain/keychain-client.ts'
import { homeLayout } from '../home/home-layout.ts'
import { commandClock as clock, commandWarn as warn, commandPorts } from './command-ports.ts'

/** The doctor without a window. `close` ends the keychain helper; nothing keeps the process alive then. */
export type HeadlessDoctor = {
  readonly run: (request: DoctorRequest) => Promise<DoctorReport>
  readonly fix: (request: DoctorFixRequest) => Promise<DoctorReport>
  readonly close: () => Promise<void>
}

/**
 * Looks at the home of the settings from outside, also while Latchkey is open on it: the catalog is opened read only and
 * nothing is made. Throws CONFIG_INVALID for a setting that is not valid.
 */
export async function openHeadlessDoctor(
  version: string,
  config: Config = readConfig()
): Promise<HeadlessDoctor> {
  const keychain = defaultKeytarLoader()
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

/** False: Latchkey is open on this home and settles by itself, or there is nothing. */
async function settle(config: Config): Promise<boolean> {
  const path = homeLayout(config.home).catalog
  if (isCatalogInUse(path)) return false
  const { repository } = await openHome(commandPorts(config), { preferences: storedPreferences })
  await repository.close()
  return true
}
