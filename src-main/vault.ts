import type { VaultEvents } from '#shared/ipc.ts'
import { VaultError } from '#shared/problem.ts'
import { atMost } from './core/closing.ts'
import type { Doctor } from './core/doctor/doctor.ts'
import { Emitter } from './core/emitter.ts'
import { PreferenceService } from './core/preference-service.ts'
import { requestHandlers, type StoreHandlers } from './core/request-handlers.ts'
import { signOutNoteHandlers, toldNotes } from './core/sign-in/sign-out-note-handlers.ts'
import type { SignOutNotes } from './core/sign-in/sign-out-notes.ts'
import { UnlistedEntries } from './core/stores/unlisted-entries.ts'
import { trayModel } from './core/list/tray-status.ts'
import { toProviderChoice } from './oauth/providers/providers.ts'
import type { Catalog } from './storage/catalog/catalog.ts'
import { StoredCredentialRepository } from './storage/repository/credential-repository.ts'
import { type EndableKeychain, endableKeychain } from './storage/keychain/endable-keychain.ts'
import { doctorOf } from './vault-doctor.ts'
import type { Vault, VaultPorts } from './vault-ports.ts'
import { type Basis, createServices } from './vault-services.ts'
import { backUp, type OpenedCatalog, openCatalogOrBackup } from './vault-storage.ts'
import { moveLock, openSettledStore, vaultStores } from './vault-stores.ts'
import { noDialogs, type VaultTransfer, vaultTransfer } from './vault-transfer.ts'
import { type VaultViews, vaultViews } from './vault-views.ts'
import { watched } from './storage/store/watched-store.ts'

/**
 * Opens the vault of `config.home`: finishes what a crash left, then begins to renew. Throws CONFIG_INVALID or
 * CREDENTIAL_UNREADABLE if the catalog can not be opened, with nothing changed.
 */
export async function createVault(given: VaultPorts): Promise<Vault> {
  const keychain = endableKeychain(given.keychain)
  const ports = { ...given, keychain: keychain.load }
  const opened = await openCatalogOrBackup(ports)
  const { catalog } = opened
  try {
    return await vaultOf(ports, opened, keychain)
  } catch (error) {
    catalog.close()
    keychain.close()
    throw error
  }
}

async function vaultOf(
  ports: VaultPorts,
  { catalog, mayLack }: OpenedCatalog,
  keychain: EndableKeychain
): Promise<Vault> {
  const events = new Emitter<VaultEvents>()
  const preferences = preferenceService(catalog, events)
  preferences.get() // read once: later answers need no catalog, also while it closes
  const lock = moveLock(ports.config.home)
  const store = await openSettledStore(ports, { catalog, preferences }, lock)
  const repository = new StoredCredentialRepository({
    store: watched(store, () => services.storage.doubt()),
    catalog,
    clock: ports.clock,
    warn: ports.warn
  })
  const services = createServices(ports, { events, preferences, repository, journal: catalog.refreshes })
  await repository.recover()
  services.feed.publishAll()
  void services.tokens.resume()
  services.scheduler.start()
  services.formerKeys.start()
  const unlisted = unlistedOf(repository, { events, services, mayLack })
  services.storage.look()
  void backUp(ports, false)
  const health = (): ReturnType<typeof services.storage.check> => services.storage.check()
  const doctor = doctorOf(ports, { catalog, store, repository, unlisted, health })
  const views = vaultViews({ repository, clock: ports.clock, tokens: services.tokens, catalog })
  const transfer = vaultTransfer({
    ...ports,
    ...services,
    dialogs: ports.dialogs ?? noDialogs,
    catalog,
    repository,
    onImported: () => services.scheduler.wake()
  })
  ports.tray?.onChange((hasTray) => events.emit('trayChanged', { hasTray }))
  events.on('changed', transfer.noteChange)
  transfer.noteChange()
  const basis = { events, preferences, repository, catalog, store, lock, keychain, services }
  const stores = await vaultStores(ports, basis)
  const signOuts = toldNotes(catalog.signOuts, (all) => events.emit('signOutsChanged', all))
  const shared = { events, preferences, repository, doctor, views, transfer, stores, signOuts }
  const parts = { ...shared, ...services, unlisted }
  const vault = vaultOver(ports, parts)
  const close = async (): Promise<void> => {
    keychain.last()
    await vault.close()
    keychain.close()
  }
  return { ...vault, close }
}

type Parts = Basis &
  ReturnType<typeof createServices> & {
    readonly doctor: Doctor
    readonly views: VaultViews
    readonly transfer: VaultTransfer
    readonly stores: StoreHandlers
    readonly signOuts: SignOutNotes
    readonly unlisted: UnlistedEntries
  }

function handlersOf(ports: VaultPorts, parts: Parts): Vault['handlers'] {
  const { providers, signOuts, transfer } = parts
  return requestHandlers({
    ...parts,
    transfer: transfer.handlers,
    signOutNotes: signOutNoteHandlers(signOuts, ports.openInBrowser),
    clock: ports.clock,
    providers: providers.all.map((row) => toProviderChoice(row)),
    writeClipboard: ports.writeClipboard,
    openHelp: async (service) => {
      const page = providers.find(service)?.help ?? null
      if (page === null) throw new VaultError('UNKNOWN_SERVICE')
      await ports.openInBrowser(page)
    },
    hasTray: () => ports.tray?.isThere() ?? true,
    version: ports.version
  })
}

function vaultOver(ports: VaultPorts, parts: Parts): Vault {
  const { events, feed, preferences, repository, scheduler, signIns, storage, tokens } = parts
  return {
    handlers: handlersOf(ports, parts),
    tokens,
    repository,
    preferences,
    views: parts.views,
    on: (name, listener) => events.on(name, listener),
    trayModel: () => trayModel(feed.summaries(), storage.last ?? unknownStorage, parts.clockSkew()),
    reveal: (credential) => events.emit('reveal', { credential }),
    wake: () => {
      void backUp(ports, false)
      tokens.wake()
      scheduler.wake()
      parts.formerKeys.wake()
      feed.publishAll()
      storage.look()
    },
    close: async () => {
      storage.close()
      scheduler.stop()
      parts.formerKeys.stop()
      feed.close()
      await signIns.close()
      // A refresh under way is stored before the store closes; a provider that hangs is not waited for, and a store
      // that waits for a person still less.
      const work = tokens.close().then(() => parts.transfer.close())
      await atMost(ports.clock, work, repository)
      await backUp(ports, true)
      await repository.close()
    }
  }
}

type UnlistedBasis = Pick<Basis, 'events'> & {
  readonly services: ReturnType<typeof createServices>
  /** Whether the list may have lost what is in the store: only then is the store searched unasked. */
  readonly mayLack: boolean
}

/** What the list has lost. The store is searched when it is first known to answer. */
function unlistedOf(
  repository: StoredCredentialRepository,
  { events, services, mayLack }: UnlistedBasis
): UnlistedEntries {
  const { feed, scheduler } = services
  const unlisted = new UnlistedEntries({
    find: () => repository.unlisted(),
    takeBack: (key) => repository.takeBack(key),
    onChange: (count) => events.emit('unlistedChanged', { count }),
    onTaken: (ref) => {
      feed.publish(ref)
      scheduler.wake()
    }
  })
  if (!mayLack) return unlisted
  const stop = events.on('storageChanged', ({ backend }) => {
    if (backend === null) return
    stop()
    void unlisted.look()
  })
  return unlisted
}

/** Before the first answer nothing is known, and nothing is claimed to be wrong. */
const unknownStorage = { backend: null, label: 'Not checked yet', state: 'healthy', problem: null } as const

function preferenceService(catalog: Catalog, events: Emitter<VaultEvents>): PreferenceService {
  return new PreferenceService({
    read: () => catalog.preference('preferences'),
    write: (value) => catalog.setPreference('preferences', value),
    onChange: (value) => events.emit('preferencesChanged', value)
  })
}
