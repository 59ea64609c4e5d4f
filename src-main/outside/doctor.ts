import type { DoctorReport } from '#shared/doctor.ts'
import type { Config } from '../config.ts'
import type { Doctor } from '../core/doctor/doctor.ts'
import { basisOf } from '../home/closed-home.ts'
import { tallyOfOpen } from '../storage/catalog/catalog-tally.ts'
import { type CatalogFile, isCatalogInUse, readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { openHome, storedPreferences } from '../home/open-home.ts'
import { openStore } from '../home/open-store.ts'
import { createDoctor, LAST_LOOK, lastLook } from '../vault/doctor.ts'
import { defaultKeychainLoader } from '../storage/keychain/keychain-client.ts'
import { holdHome } from '../home/hold-home.ts'
import { homeLayout } from '../home/home-layout.ts'
import { commandClock as clock, commandWarn as warn, commandPorts } from './command-ports.ts'

export type DoctorTask = (doctor: Pick<Doctor, 'run' | 'fix'>) => Promise<DoctorReport>

/**
 * Runs `task` with the doctor of a home that no vault answers for, also while one has it open: the catalog is opened
 * read only and nothing is created. Throws CONFIG_INVALID for an invalid setting.
 */
export async function withDoctor(version: string, config: Config, task: DoctorTask): Promise<DoctorReport> {
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
  try {
    return await task(doctor)
  } finally {
    await store.close()
  }
}

/**
 * Settles what a crash left in this home, and holds the home meanwhile. False: a vault holds it, or is about to open
 * it, and settles on its own.
 */
async function settle(config: Config): Promise<boolean> {
  if (isCatalogInUse(homeLayout(config.home).catalog)) return false
  const release = await holdHome(config.home, 0)
  if (release === null) return false
  try {
    const { repository } = await openHome(commandPorts(config), { preferences: storedPreferences })
    await repository.close()
    return true
  } finally {
    release()
  }
}
