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
import type { KeychainLoader } from '../storage/keychain/keychain-adapter.ts'
import { sealedPath } from '../storage/secure-store-options.ts'
import { SecureStore } from '../storage/secure-store.ts'
import { ownKeysIn } from '../storage/vault-key.ts'
import { VaultError } from '#shared/problem.ts'
import { homeLayout } from './home-layout.ts'

export type StoragePorts = {
  readonly config: Config
  readonly clock: Pick<Clock, 'now'>
  readonly keychain: KeychainLoader
  /** Tells the person in a sentence that a store keeps secrets badly or not at all. */
  readonly warn: (sentence: string) => void
}
export type CatalogPorts = Pick<StoragePorts, 'config' | 'clock'> & {
  /**
   * Asks the person whether the backup of that day replaces a catalog that is broken or has lost its entries.
   */
  readonly confirmRestore?: (day: string, why: RestoreReason) => Promise<boolean>
}
/** `mayLack`: the store may hold entries that the catalog does not list. */
export type OpenedCatalog = { readonly catalog: Catalog; readonly mayLack: boolean }

/**
 * Opens the catalog, or a backup if the person agrees: for a catalog that can't be read, or that lists no
 * entry although Latchkey has removed none. Throws as `openCatalog` if the broken catalog stays in place.
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

/**
 * Restores the backup and opens it. Entries added since the backup are in the store, but not in the catalog.
 */
async function restored({ config, clock }: CatalogPorts, backup: CatalogBackup): Promise<OpenedCatalog> {
  const { catalog, backups: folder } = homeLayout(config.home)
  await restoreCatalog({ catalog, folder, now: clock.now() }, backup)
  return { catalog: await openCatalog(catalog), mayLack: true }
}

/**
 * Backs up the catalog once a day, at start and on waking; `renew`: replaces today's backup, at the end. A
 * failure is ignored.
 */
export async function backUp({ config, clock }: CatalogPorts, renew: boolean): Promise<void> {
  const { catalog, backups: folder } = homeLayout(config.home)
  await backUpCatalog({ catalog, folder, now: clock.now() }, renew).catch(() => undefined)
}

/**
 * The store that a home uses and who chose it. `settings` null: the keychain, and encrypted files with
 * consent.
 */
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
  readonly catalog: Pick<Catalog, 'keys' | 'backendOf' | 'preference'>
  readonly preferences: Pick<PreferenceService, 'get'>
}

/**
 * Opens the store that a home uses; writes nothing yet. Throws CONFIG_INVALID for settings that can't be
 * used.
 */
export async function openStore(
  ports: StoragePorts,
  basis: StorageBasis,
  onDoubt?: () => void
): Promise<ActiveStore> {
  const { settings } = await chooseStore(ports.config)
  return new ActiveStore(await storeOf(ports, basis, settings), onDoubt)
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
    keychainLoader: keychain,
    knownKeys: () => [...catalog.keys(), ...ownKeysIn(catalog)],
    residence: (key) => residenceOf(catalog.backendOf(key), sealedPath(layout.sealed, key))
  })
}

/**
 * Returns the backend in which this store holds a key. After a move the catalog names another store; then an
 * existing file decides, and a key without a file is looked for in the keychain.
 */
function residenceOf(named: BackendId | null, file: string): BackendId | null {
  if (named === null || named === 'keychain') return named
  return existsSync(file) ? 'encrypted-file' : 'keychain'
}
