import { parse } from 'valibot'
import { doctorReport, type DoctorFixRequest, type DoctorReport, type DoctorRequest } from '#shared/doctor.ts'
import { readPreferences } from '#shared/preferences.ts'
import { type Config, homeLayout, readConfig } from './config.ts'
import { basisOf, commandClock as clock, commandKeychain, commandWarn as warn } from './headless-home.ts'
import { tallyOfOpen } from './storage/catalog/catalog-tally.ts'
import { openCatalog } from './storage/catalog/catalog.ts'
import { StoredCredentialRepository } from './storage/repository/credential-repository.ts'
import { type CatalogFile, isCatalogInUse, readCatalogFile } from './storage/doctor/doctor-catalog.ts'
import { openStore } from './vault-storage.ts'
import { createDoctor, LAST_LOOK, lastLook } from './vault-doctor.ts'

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
  const keychain = commandKeychain()
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
  const catalog = await openCatalog(path)
  const preferences = { get: () => readPreferences(catalog.preference('preferences')) }
  const keychain = commandKeychain()
  const store = await openStore({ config, clock, keychain, warn }, { catalog, preferences })
  const repository = new StoredCredentialRepository({ store, catalog, clock, warn })
  await repository.recover()
  await repository.close()
  return true
}
