import { credentialKey } from '#shared/credential.ts'
import type { VaultEvents } from '#shared/ipc.ts'
import { readLayout } from '#shared/layout.ts'
import { atMost } from '../core/closing.ts'
import { Emitter } from '../core/emitter.ts'
import { trayModel } from '../core/list/tray-status.ts'
import { PreferenceService } from '../core/preference-service.ts'
import { knownRef, listed } from '../core/requests/known-credential.ts'
import type { SecretOutlet } from '../core/requests/secret-requests.ts'
import { behindLock } from '../core/requests/lock-requests.ts'
import { requestHandlers } from '../core/requests/requests.ts'
import { VaultError } from '#shared/problem.ts'
import { credentialHeader } from '../broker/credential-header.ts'
import { TerminalQuestion } from '../core/requests/terminal-question.ts'
import { terminalViewHandlers } from '../core/requests/terminal-views.ts'
import { toldNotes } from '../core/sign-in/sign-out-notes.ts'
import { GivenTokens } from '../core/use/given-tokens.ts'
import { UnlistedEntries } from '../core/stores/unlisted-entries.ts'
import { openHome } from '../home/open-home.ts'
import { backUp } from '../home/open-store.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { type EndableKeychain, endableKeychain } from '../storage/keychain/endable-keychain.ts'
import { doctorOf } from './doctor.ts'
import { QuestionsBehindLock, vaultLock } from './lock.ts'
import { namedSecrets } from './named-secrets.ts'
import { createServices, type Services } from './services.ts'
import { vaultStores } from './stores.ts'
import { noDialogs, vaultTransfer } from './transfer.ts'
import type { Basis, Vault, VaultPorts } from './vault-ports.ts'
import { vaultUse } from './use.ts'
import { knownHosts, presetOf } from './presets.ts'
import { vaultViews } from './views.ts'

/** A vault without windows has no person who could take a secret out there. */
const noOutlet: SecretOutlet = {
  copy: async () => {
    throw new VaultError('INVALID_REQUEST')
  },
  show: () => {
    throw new VaultError('INVALID_REQUEST')
  }
}

/**
 * Opens the vault of `config.home`: settles what a crash left unfinished, then begins to refresh. Throws
 * CONFIG_INVALID or CREDENTIAL_UNREADABLE, with nothing changed, if the catalog can not be opened.
 */
export async function createVault(given: VaultPorts): Promise<Vault> {
  const keychain = endableKeychain(given.keychain)
  try {
    return await vaultOf({ ...given, keychain: keychain.load }, keychain)
  } catch (error) {
    keychain.close()
    throw error
  }
}

async function vaultOf(ports: VaultPorts, keychain: EndableKeychain): Promise<Vault> {
  const events = new Emitter<VaultEvents>()
  let services: Services | null = null
  const home = await openHome(ports, {
    preferences: (catalog) => preferenceService(catalog, events),
    onDoubt: () => services?.storage.doubt()
  })
  try {
    services = createServices(ports, { ...home, events })
    return await vaultOver(ports, { ...home, events, keychain, services })
  } catch (error) {
    home.catalog.close()
    throw error
  }
}

type Parts = Awaited<ReturnType<typeof openHome>> &
  Basis & { readonly keychain: EndableKeychain; readonly services: Services }

async function vaultOver(ports: VaultPorts, parts: Parts): Promise<Vault> {
  const { catalog, events, keychain, preferences, repository, services } = parts
  const { feed, formerKeys, scheduler, signIns, storage, tokens } = services
  feed.start()
  void tokens.resume()
  scheduler.start()
  formerKeys.start()
  const unlisted = unlistedOf(parts)
  storage.look()
  void backUp(ports, false)
  const doctor = doctorOf(ports, { ...parts, unlisted, health: () => storage.check() })
  const dialogs = ports.dialogs ?? noDialogs
  const transfer = vaultTransfer({
    ...ports,
    dialogs,
    catalog,
    repository,
    tokens,
    onImported: () => scheduler.wake()
  })
  const questions = ports.showQuestions && new QuestionsBehindLock(ports.showQuestions)
  const use = vaultUse(
    { ...ports, ...(questions && { showQuestions: questions.show }) },
    { ...parts, ...services }
  )
  ports.tray?.onChange((hasTray) => events.emit('trayChanged', { hasTray }))
  events.on('changed', transfer.recovery.noteChange)
  transfer.recovery.noteChange()
  const stores = await vaultStores(ports, parts)
  const lock = vaultLock(ports, {
    ...parts,
    use,
    moves: stores.moves,
    forgetImports: () => transfer.imports.forgetAll()
  })
  events.on('storageChanged', () => questions?.locked(lock.isLocked))
  const signOuts = toldNotes(catalog.signOuts, (all) => events.emit('signOutsChanged', all))
  const answers = requestHandlers({
    ...ports,
    ...services,
    lock,
    activity: use.activity,
    relays: use.relays,
    handOut: use.handOut,
    headerOf: credentialHeader,
    outlet: ports.outlet ?? noOutlet,
    presetOf,
    dialogs,
    doctor,
    preferences,
    repository,
    signOuts,
    stores,
    transfer,
    unlisted,
    layout: {
      get: () => readLayout(catalog.preference('layout')),
      set: (value) => catalog.setPreference('layout', value)
    },
    hasTray: () => ports.tray?.isThere() ?? true
  })
  // A vault without windows could not be opened again; there the store itself refuses.
  const handlers = ports.showLocked === undefined ? answers : behindLock(answers, lock)
  const views = vaultViews({ repository, clock: ports.clock, tokens, catalog })
  return {
    handlers,
    lock,
    tokens,
    repository,
    preferences,
    windowPlace: {
      read: () => catalog.preference('window'),
      write: (place) => catalog.setPreference('window', place)
    },
    use,
    terminal: {
      audit: use.activity.audit,
      transfer,
      question: dialogs.confirmWish && new TerminalQuestion(dialogs.confirmWish),
      moves: stores.moves,
      aws: { clock: ports.clock, feed, repository, tokens, sessions: use.aws },
      named: namedSecrets({ views, repository }),
      givenTokens: new GivenTokens({
        ...services,
        clock: ports.clock,
        repository,
        hostsOf: knownHosts,
        signOut: async (ref) => await handlers.signOut(credentialKey(ref))
      }),
      onMove: (listener) => events.on('moveChanged', listener),
      signIns,
      windows: ports.surface,
      onProgress: (listener) => events.on('signInChanged', listener),
      listed: (id) => listed(feed, knownRef(repository, id)),
      views: terminalViewHandlers({
        audit: use.activity.audit,
        credentials: {
          approvals: use.activity.approvals.given,
          clients: use.activity.clients,
          feed,
          health: () => storage.health()
        },
        doctor,
        signOuts,
        stores,
        storage
      })
    },
    stopMove: () => void stores.moves.close(),
    views,
    on: (name, listener) => events.on(name, listener),
    trayModel: () => trayModel(feed.summaries(), storage.last ?? unknownStorage, services.clockSkew()),
    reveal: (credential) => events.emit('reveal', { credential }),
    wake: () => {
      void backUp(ports, false)
      tokens.wake()
      scheduler.wake()
      formerKeys.wake()
      feed.publishAll()
      storage.look()
    },
    close: async () => {
      keychain.last()
      storage.close()
      scheduler.stop()
      formerKeys.stop()
      feed.close()
      await use.close()
      await atMost(ports.clock, services.removals.finish(), repository)
      await signIns.close()
      await atMost(ports.clock, stores.moves.close(), repository)
      // A running refresh is saved before the store closes; the wait for a hanging provider is short, and
      // shorter for a store that waits for a person.
      const work = tokens.close().then(() => transfer.close())
      await atMost(ports.clock, work, repository)
      await backUp(ports, true)
      await repository.close()
      keychain.close()
    }
  }
}

/**
 * The entries that the catalog has lost. The store is searched without a request only if the catalog may have
 * lost entries, as soon as the store first answers.
 */
function unlistedOf({ events, mayLack, repository, services }: Parts): UnlistedEntries {
  const unlisted = new UnlistedEntries({
    find: () => repository.unlisted(),
    takeBack: (key) => repository.takeBack(key),
    onChange: (count) => events.emit('unlistedChanged', { count }),
    onTaken: () => services.scheduler.wake()
  })
  if (!mayLack) return unlisted
  const stop = events.on('storageChanged', ({ backend }) => {
    if (backend === null) return
    stop()
    void unlisted.look()
  })
  return unlisted
}

/** Health before the first answer of the store: nothing is known, and no problem is claimed. */
const unknownStorage = { backend: null, label: 'Not checked yet', state: 'healthy', problem: null } as const

function preferenceService(catalog: Catalog, events: Emitter<VaultEvents>): PreferenceService {
  const service = new PreferenceService({
    read: () => catalog.preference('preferences'),
    write: (value) => catalog.setPreference('preferences', value),
    onChange: (value) => events.emit('preferencesChanged', value)
  })
  service.get() // read once: later answers need no catalog, also while it closes
  return service
}
