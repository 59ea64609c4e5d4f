import { existsSync } from 'node:fs'
import type { BackendId } from '#shared/credential.ts'
import type { PreferenceService } from '../core/preference-service.ts'
import type { Config } from '../config.ts'
import type { Clock, RestoreReason } from '../core/ports.ts'
import { ActiveStore } from '../storage/store/active-store.ts'
import { type BackendConfig, readBackendConfig } from '../storage/backends/backend-config.ts'
import { createSecretBackend } from '../storage/backends/backend-factory.ts'
import { storeOver } from '../storage/backends/backend-store.ts'
import {
  backUpCatalog,
  backupOfLost,
  type CatalogBackup,
  listBackups,
  restoreCatalog
} from '../storage/catalog/catalog-backups.ts'
import { tallyOfOpen } from '../storage/catalog/catalog-tally.ts'
import { type Catalog, openCatalog } from '../storage/catalog/catalog.ts'
import type { CredentialStore } from '../storage/store/credential-store.ts'
import type { KeytarLoader } from '../storage/keychain/keychain-adapter.ts'
import { sealedPath } from '../storage/secure-store-options.ts'
import { SecureStore } from '../storage/secure-store.ts'
import { VaultError } from '#shared/problem.ts'
import { homeLayout } from './home-layout.ts'

export type StoragePorts = {
  readonly config: Config
  readonly clock: Pick<Clock, 'now'>
  readonly keychain: KeytarLoader
  /** A sentence for a person about a store that keeps secrets badly or not at all. */
  readonly warn: (sentence: string) => void
}
export type CatalogPorts = Pick<StoragePorts, 'config' | 'clock'> & {
  /** Asks a person whether the list of that day takes the place of one that is broken or has lost its entries. */
  readonly confirmRestore?: (day: string, why: RestoreReason) => Promise<boolean>
}
/** `mayLack`: there may be entries in the store that the catalog does not list. */
export type OpenedCatalog = { readonly catalog: Catalog; readonly mayLack: boolean }

/**
 * The catalog, or a backup in its place if the person wants that: of one that can't be read, or that lists nothing
 * although Latchkey has removed nothing. Throws as `openCatalog` for a broken one that stays.
 */
export async function openCatalogOrBackup(ports: CatalogPorts): Promise<OpenedCatalog> {
  const { catalog: path, backups, locks } = homeLayout(ports.config.home)
  const wasUsed = [path, backups, locks].some((place) => existsSync(place))
  const opened = await openOrAsk(ports)
  if (opened.mayLack || opened.catalog.list().length > 0) return opened
  const lost = await backupOfLost(backups, tallyOfOpen(opened.catalog))
  if (lost === null || !(await ports.confirmRestore?.(lost.day, 'emptied'))) {
    return { ...opened, mayLack: wasUsed }
  }
  opened.catalog.close()
  return await restored(ports, lost)
}

async function openOrAsk(ports: CatalogPorts): Promise<OpenedCatalog> {
  const { catalog, backups } = homeLayout(ports.config.home)
  try {
    return { catalog: await openCatalog(catalog), mayLack: false }
  } catch (error) {
    const [newest] = await listBackups(backups)
    const isBroken = error instanceof VaultError && error.code === 'CREDENTIAL_UNREADABLE'
    if (!isBroken || newest === undefined) throw error
    if (!(await ports.confirmRestore?.(newest.day, 'broken'))) throw error
    return await restored(ports, newest)
  }
}

/** What was added since the backup is in the store and not in the list. */
async function restored({ config, clock }: CatalogPorts, backup: CatalogBackup): Promise<OpenedCatalog> {
  const { catalog, backups: folder } = homeLayout(config.home)
  await restoreCatalog({ catalog, folder, now: clock.now() }, backup)
  return { catalog: await openCatalog(catalog), mayLack: true }
}

/** Once a day, at start and on waking, and renewed at the end. One that fails is no reason not to go on. */
export async function backUp({ config, clock }: CatalogPorts, renew: boolean): Promise<void> {
  const { catalog, backups: folder } = homeLayout(config.home)
  await backUpCatalog({ catalog, folder, now: clock.now() }, renew).catch(() => undefined)
}

/** Which store a home uses and who said so. `settings` null: the keychain, and encrypted files with consent. */
export type ChosenStore = {
  readonly by: 'default' | 'file' | 'environment'
  readonly settings: BackendConfig | null
}

/** LATCHKEY_STORE outranks the configuration file of the home. Throws CONFIG_INVALID. */
export async function chooseStore({ home, store }: Pick<Config, 'home' | 'store'>): Promise<ChosenStore> {
  if (store !== 'auto') return { by: 'environment', settings: null }
  const settings = await readBackendConfig(home)
  return { by: settings === null ? 'default' : 'file', settings }
}

export type StorageBasis = {
  readonly catalog: Pick<Catalog, 'keys' | 'backendOf'>
  readonly preferences: Pick<PreferenceService, 'get'>
}

/** The store a home uses. Throws CONFIG_INVALID for settings that can't be used; nothing is written yet. */
export async function openStore(ports: StoragePorts, basis: StorageBasis): Promise<ActiveStore> {
  const { settings } = await chooseStore(ports.config)
  return new ActiveStore(await storeOf(ports, basis, settings))
}

/** The store that the settings describe. Throws as `openStore`. */
export async function storeOf(
  ports: StoragePorts,
  basis: StorageBasis,
  settings: BackendConfig | null
): Promise<CredentialStore> {
  const backend = await createSecretBackend(settings ?? { type: 'keychain' }, {
    home: ports.config.home,
    keychain: () => secureStore(ports, basis, settings),
    onWarning: ports.warn,
    now: () => ports.clock.now()
  })
  return backend instanceof SecureStore ? backend : storeOver(backend)
}

function secureStore(
  { config, keychain }: Pick<StoragePorts, 'config' | 'keychain'>,
  { catalog, preferences }: StorageBasis,
  settings: BackendConfig | null
): SecureStore {
  const layout = homeLayout(config.home)
  const mayFallBack = config.store === 'auto' && settings === null
  return new SecureStore('latchkey', {
    fallbackDir: layout.sealed,
    keyDir: layout.keys,
    fallbackPolicy: () => (mayFallBack && preferences.get().allowEncryptedFiles ? 'allow' : 'deny'),
    forceFiles: config.store === 'file',
    keytarLoader: keychain,
    knownKeys: () => catalog.keys(),
    residence: (key) => residenceOf(catalog.backendOf(key), sealedPath(layout.sealed, key))
  })
}

/**
 * Where this store holds a key. After a move the catalog names another store, so that a file that is there counts: what
 * is not in one can only be missed in the keychain.
 */
function residenceOf(named: BackendId | null, file: string): BackendId | null {
  if (named === null || named === 'keychain') return named
  return existsSync(file) ? 'encrypted-file' : 'keychain'
}
