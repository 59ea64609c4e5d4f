import { is } from 'valibot'
import { VaultError } from '#shared/problem.ts'
import { type StoreMove, type StoreTarget, storeTarget } from '#shared/stores.ts'
import { type Config, readConfig } from '../config.ts'
import { requireClosed } from '../home/closed-home.ts'
import { endableKeychain } from '../storage/keychain/endable-keychain.ts'
import { MOVE_LOCK } from '../storage/moving/store-mover.ts'
import type { StoragePorts } from '../home/open-store.ts'
import { createStores } from '../vault/stores.ts'
import { defaultKeychainLoader } from '../storage/keychain/keychain-client.ts'
import { homeLayout } from '../home/home-layout.ts'
import { type Lockable, lockableOf, moveLock, openHome, storedPreferences } from '../home/open-home.ts'
import { commandClock as clock, commandWarn as warn } from './command-ports.ts'

/** The stores of a home that no other process has open. */
export type HeadlessStores = Lockable & {
  /** The move that was interrupted; null: none. */
  readonly left: () => StoreMove | null
  /**
   * Resolves with the number of moved entries when the move is done. Throws as the window's request, and the
   * problem that stopped the move.
   */
  readonly move: (target: StoreTarget) => Promise<number>
  readonly resume: (passphrase: string | null) => Promise<number>
  readonly undo: () => Promise<void>
}

/**
 * Opens the stores for `task` and closes them after it. Throws INVALID_REQUEST while Latchkey is open on this
 * home, and STORE_WRITE_FAILED while another process moves entries.
 */
export async function withStores<T>(
  onProgress: (move: StoreMove) => void,
  task: (stores: HeadlessStores) => Promise<T>,
  config: Config = readConfig()
): Promise<T> {
  const lock = moveLock(config.home)
  return await lock.exclusive(MOVE_LOCK, async () => {
    const { catalog: path } = homeLayout(config.home)
    requireClosed(path, 'Latchkey is open. Move the entries in its settings, or quit it and run this again.')
    const keychain = endableKeychain(defaultKeychainLoader())
    try {
      const ports = { config, clock, keychain: keychain.load, warn }
      const home = await openHome(ports, { preferences: storedPreferences, lock })
      try {
        return await task(await storesOver(ports, home, onProgress))
      } finally {
        await home.repository.close()
      }
    } finally {
      keychain.close()
    }
  })
}

/** The stores of a home that is open here. Finds a move that a crash interrupted first. */
async function storesOver(
  ports: StoragePorts,
  { catalog, lock, preferences, repository, store }: Awaited<ReturnType<typeof openHome>>,
  onProgress: (move: StoreMove) => void
): Promise<HeadlessStores> {
  const basis = {
    catalog,
    preferences,
    active: store,
    settle: () => repository.recover(),
    onChange: (move: StoreMove | null) => move && onProgress(move),
    onEnd: () => undefined
  }
  const { moves } = createStores(ports, basis, lock)
  await moves.find()
  const ended = async (begun: Promise<StoreMove>): Promise<number> => {
    await begun
    await moves.idle()
    return movedBy(moves.move)
  }
  return {
    ...lockableOf(store, () => repository.recover()),
    left: () => moves.move,
    move: async (target) => {
      if (!is(storeTarget, target)) throw refused('The passphrase must have 12 to 1024 characters.')
      return await ended(moves.begin(target))
    },
    resume: (passphrase) => ended(moves.resume(passphrase)),
    undo: () => moves.undo()
  }
}

/** Returns the number of moved entries. Throws the problem that stopped the move. */
function movedBy(move: StoreMove | null): number {
  if (move?.state.kind === 'done') return move.state.moved
  const problem = move?.state.kind === 'failed' ? move.state.problem : null
  throw problem ? new VaultError(problem.code, { message: problem.message }) : new VaultError('INTERNAL')
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
