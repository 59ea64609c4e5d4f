import { toProblem, VaultError } from '#shared/problem.ts'
import { type StoreList, type StoreMove, storeNames } from '#shared/stores.ts'
import { homeLayout } from './config.ts'
import type { StoreHandlers } from './core/request-handlers.ts'
import { StoreMoveService } from './core/stores/store-move-service.ts'
import type { ActiveStore } from './storage/store/active-store.ts'
import type { Catalog } from './storage/catalog/catalog.ts'
import type { EndableKeychain } from './storage/keychain/endable-keychain.ts'
import { sweepTemporaryFiles } from './storage/files/atomic-file.ts'
import { settleSwitch } from './storage/moving/move-switch.ts'
import { MOVE_LOCK, StoreMover } from './storage/moving/store-mover.ts'
import { StoreLock } from './storage/store/store-lock.ts'
import type { Basis, createServices } from './vault-services.ts'
import { storeHandlers } from './vault-store-handlers.ts'
import { chooseStore, openStore, type StorageBasis, type StoragePorts, storeOf } from './vault-storage.ts'

/** Who moves at this moment is not waited for longer than this, in ms. */
const PATIENCE = 2000
const BY_ENVIRONMENT =
  'LATCHKEY_STORE says where secrets are kept, so nothing can be moved from here. Start Latchkey without it.'

type StoresBasis = StorageBasis & {
  readonly catalog: Pick<Catalog, 'keys' | 'backendOf' | 'intentOf' | 'relocate'>
  readonly active: ActiveStore
  readonly settle: () => Promise<void>
  readonly onChange: (move: StoreMove | null) => void
  readonly onEnd: () => void
}

export type Stores = {
  readonly moves: StoreMoveService
  readonly list: () => Promise<StoreList>
}

/** The lock that whoever moves the entries of a home holds. */
export function moveLock(home: string): StoreLock {
  return new StoreLock({ dir: homeLayout(home).locks, waitMs: PATIENCE })
}

/**
 * The store a home uses, once nobody else moves it and a switch that a crash cut off is settled. Throws as `openStore`,
 * and STORE_WRITE_FAILED while another process moves.
 */
export async function openSettledStore(
  ports: StoragePorts,
  basis: StorageBasis & { readonly catalog: Pick<Catalog, 'relocate'> },
  lock: StoreLock = moveLock(ports.config.home)
): Promise<ActiveStore> {
  const { home } = ports.config
  const { move: journal } = homeLayout(home)
  await lock.exclusive(MOVE_LOCK, async () => {
    // The journal of a move and the configuration lie here, and a killed writer leaves a half-written one.
    await sweepTemporaryFiles(home).catch(() => 0)
    await settleSwitch({ home, journal, catalog: basis.catalog })
  })
  return await openStore(ports, basis)
}

/** Moving between the stores of a home, for a vault that is open here or for the command line. */
export function createStores(
  ports: StoragePorts,
  basis: StoresBasis,
  lock: StoreLock = moveLock(ports.config.home)
): Stores {
  const { active, catalog } = basis
  const { home } = ports.config
  const mover = new StoreMover({
    home,
    journal: homeLayout(home).move,
    lock,
    active,
    catalog,
    current: async () => {
      const { by, settings } = await chooseStore(ports.config)
      if (by === 'environment') throw new VaultError('INVALID_REQUEST', { message: BY_ENVIRONMENT })
      return settings
    },
    open: (settings) => storeOf(ports, basis, settings),
    settle: basis.settle
  })
  return {
    moves: new StoreMoveService({
      mover,
      onChange: basis.onChange,
      onEnd: basis.onEnd,
      now: () => performance.now()
    }),
    list: () => listStores(ports, basis)
  }
}

async function listStores(ports: StoragePorts, basis: StoresBasis): Promise<StoreList> {
  const { active, catalog } = basis
  const { by } = await chooseStore(ports.config)
  const forAll = by === 'environment' ? BY_ENVIRONMENT : null
  const keychain = active.id === 'keychain' || forAll !== null ? null : await keychainProblem(ports, basis)
  const target = (type: StoreList['targets'][number]['type'], label: string, why: string | null) => ({
    type,
    label,
    obstacle: forAll ?? (active.id === type ? `Everything is kept in ${storeNames[type]} already.` : why)
  })
  return {
    current: active.id,
    chosenBy: by,
    targets: [
      target('keychain', 'Keychain', keychain),
      target('encrypted-file', 'Encrypted files', null),
      target('sops', 'SOPS files', null)
    ],
    entries: catalog.keys().length
  }
}

/** Null: it works. Else the sentence that says why not. */
async function keychainProblem(ports: StoragePorts, basis: StoresBasis): Promise<string | null> {
  const store = await storeOf(ports, basis, { type: 'keychain' })
  const { backend, problem } = await store.health()
  await store.close()
  return backend === 'keychain'
    ? null
    : (problem ?? toProblem(new VaultError('KEYCHAIN_UNAVAILABLE'))).message
}

type VaultStoreParts = Pick<Basis, 'events' | 'preferences' | 'repository'> & {
  readonly catalog: Catalog
  readonly store: ActiveStore
  readonly services: Pick<ReturnType<typeof createServices>, 'feed' | 'signIns' | 'storage'>
  readonly lock: StoreLock
  readonly keychain: EndableKeychain
}

/** Moving and locking in a vault that is open here; what a crash left of a move is known from here on. */
export async function vaultStores(ports: StoragePorts, parts: VaultStoreParts): Promise<StoreHandlers> {
  const { catalog, events, keychain, lock, preferences, repository, services, store } = parts
  const onEnd = (): void => {
    services.feed.publishAll()
    services.storage.look()
  }
  const basis = {
    catalog,
    preferences,
    active: store,
    settle: () => repository.recover(),
    onChange: (move: StoreMove | null) => events.emit('moveChanged', move),
    onEnd
  }
  const stores = createStores(ports, basis, lock)
  await stores.moves.find()
  const { signIns } = services
  return storeHandlers({
    active: store,
    stores,
    recover: () => repository.recover(),
    check: () => services.storage.check(),
    onLock: () => {
      keychain.end()
      // Of those that failed the secrets of their clients are held; what is under way goes on.
      for (const { attempt } of signIns.list()) signIns.dismiss(attempt)
    }
  })
}
