import { fileURLToPath } from 'node:url'
import { parse } from 'valibot'
import { credentialKey } from '#shared/credential.ts'
import { doctorReport, type DoctorFixRequest, type DoctorReport, type DoctorRequest } from '#shared/doctor.ts'
import { readPreferences } from '#shared/preferences.ts'
import { type Config, homeLayout, readConfig } from './config.ts'
import { openCatalog } from './storage/catalog/catalog.ts'
import { StoredCredentialRepository } from './storage/credential-repository.ts'
import { type CatalogFile, isCatalogInUse, readCatalogFile } from './storage/doctor/doctor-catalog.ts'
import { forkHelper } from './storage/keychain/helper-process.ts'
import { helperKeytarLoader } from './storage/keychain/keychain-client.ts'
import type { KeytarLoader } from './storage/keychain/keytar-adapter.ts'
import { openStore } from './vault-storage.ts'
import { createDoctor, LAST_LOOK, lastLook } from './vault-doctor.ts'

/** The doctor without a window. `close` ends the keychain helper; nothing keeps the process alive then. */
export type HeadlessDoctor = {
  readonly run: (request: DoctorRequest) => Promise<DoctorReport>
  readonly fix: (request: DoctorFixRequest) => Promise<DoctorReport>
  readonly close: () => Promise<void>
}

const clock = { now: () => new Date() }
const warn = (sentence: string): void => void process.stderr.write(`latchkey: ${sentence}\n`)

/**
 * Looks at the home of the settings from outside, also while Latchkey is open on it: the catalog is opened read only and
 * nothing is made. Throws CONFIG_INVALID for a setting that is not valid.
 */
export async function openHeadlessDoctor(
  version: string,
  config: Config = readConfig()
): Promise<HeadlessDoctor> {
  const keychain = newKeychain()
  const path = homeLayout(config.home).catalog
  let last: CatalogFile | null = null
  const store = await openStore(
    { config, clock, keychain, warn },
    {
      catalog: {
        keys: () => [...(last?.keys ?? [])],
        backendOf: (key: string) =>
          last?.entries.find(({ ref }) => credentialKey(ref) === key)?.backend ?? null
      },
      preferences: { get: () => readPreferences(last?.preference('preferences') ?? null) }
    }
  )
  const doctor = createDoctor({
    config,
    clock,
    keychain,
    version,
    store,
    storageHealth: () => store.health(),
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
  const store = await openStore({ config, clock, keychain: newKeychain(), warn }, { catalog, preferences })
  const repository = new StoredCredentialRepository({ store, catalog, clock, warn })
  await repository.recover()
  await repository.close()
  return true
}

function newKeychain(): KeytarLoader {
  // Beside this module, as source under Node's type stripping.
  return helperKeytarLoader(
    forkHelper(fileURLToPath(new URL('storage/keychain/keychain-helper.ts', import.meta.url)))
  )
}
