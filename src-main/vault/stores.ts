import { toProblem, VaultError } from '#shared/problem.ts'
import type { StoreList, StoreMove } from '#shared/stores.ts'
import { StoreMoveService } from '../core/stores/store-move-service.ts'
import type { ActiveStore } from '../storage/store/active-store.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { StoreMover } from '../storage/moving/store-mover.ts'
import type { StoreLock } from '../storage/store/store-lock.ts'
import { chooseStore, type StorageBasis, type StoragePorts, storeOf } from '../home/open-store.ts'
import { homeLayout } from '../home/home-layout.ts'
import type { openHome } from '../home/open-home.ts'
import type { Services } from './services.ts'
import type { Basis } from './vault-ports.ts'

type StoreInUse = Omit<StoreList, 'targets'>

const BY_ENVIRONMENT =
  'LATCHKEY_STORE says where secrets are kept, so nothing can be moved from here. Start Latchkey without it.'

type StoresBasis = StorageBasis & {
  readonly catalog: Pick<Catalog, 'keys' | 'backendOf' | 'intentOf' | 'relocate'>
  readonly active: ActiveStore
  readonly settle: () => Promise<void>
  readonly onChange: (move: StoreMove | null) => void
  readonly onEnd: () => void
}

type Stores = {
  readonly moves: StoreMoveService
  readonly list: () => Promise<StoreList>
  readonly inUse: () => Promise<StoreInUse>
}

/** Moving between the stores of a home. */
function createStores(ports: StoragePorts, basis: StoresBasis, lock: StoreLock): Stores {
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
    list: () => listStores(ports, basis),
    inUse: () => storeInUse(ports, basis)
  }
}

async function listStores(ports: StoragePorts, basis: StoresBasis): Promise<StoreList> {
  const { active } = basis
  const inUse = await storeInUse(ports, basis)
  const forAll = inUse.chosenBy === 'environment' ? BY_ENVIRONMENT : null
  const keychain = active.id === 'keychain' || forAll !== null ? null : await keychainProblem(ports, basis)
  const target = (type: StoreList['targets'][number]['type'], label: string, why: string | null) => ({
    type,
    label,
    obstacle: forAll ?? (active.id === type ? 'This is the store in use.' : why)
  })
  return {
    ...inUse,
    targets: [
      target('keychain', 'Keychain', keychain),
      target('encrypted-file', 'Encrypted files', null),
      target('sops', 'SOPS files', null)
    ]
  }
}

/** The store in use, who chose it, and how many entries there are; asks no store. */
async function storeInUse({ config }: StoragePorts, { active, catalog }: StoresBasis): Promise<StoreInUse> {
  const { by } = await chooseStore(config)
  return { current: active.id, chosenBy: by, entries: catalog.keys().length }
}

/** Null: the keychain works. Else the sentence that says why it does not. */
async function keychainProblem(ports: StoragePorts, basis: StoresBasis): Promise<string | null> {
  const store = await storeOf(ports, basis, { type: 'keychain' })
  const { backend, problem } = await store.health()
  await store.close()
  return backend === 'keychain'
    ? null
    : (problem ?? toProblem(new VaultError('KEYCHAIN_UNAVAILABLE'))).message
}

type VaultStoreParts = Awaited<ReturnType<typeof openHome>> &
  Pick<Basis, 'events' | 'preferences'> & {
    readonly services: Pick<Services, 'feed' | 'storage'>
  }

/** Moving in a vault that is open here. Finds a move that a crash interrupted first. */
export async function vaultStores(ports: StoragePorts, parts: VaultStoreParts): Promise<Stores> {
  const { catalog, events, lock, preferences, repository, store } = parts
  const { feed, storage } = parts.services
  const basis = {
    catalog,
    preferences,
    active: store,
    settle: () => repository.recover(),
    onChange: (move: StoreMove | null) => events.emit('moveChanged', move),
    onEnd: () => {
      feed.publishAll()
      storage.look()
    }
  }
  const stores = createStores(ports, basis, lock)
  await stores.moves.find()
  return stores
}
