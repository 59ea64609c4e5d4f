import { VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { StoreHandlers } from './core/request-handlers.ts'
import { Secret } from './core/secret.ts'
import type { ActiveStore } from './storage/store/active-store.ts'
import type { Stores } from './vault-stores.ts'

type LockPorts = {
  readonly active: ActiveStore
  readonly stores: Stores
  readonly recover: () => Promise<void>
  /** Asks the store now; callers that come meanwhile share the answer. */
  readonly check: () => Promise<StorageHealth>
  /** Ends what else holds secrets. */
  readonly onLock: () => void
}

/** The requests of a window about the stores. */
export function storeHandlers({ active, stores, recover, check, onLock }: LockPorts): StoreHandlers {
  const { moves } = stores
  /** An answer that was on its way already is not the one. */
  const fresh = (): Promise<StorageHealth> => check().then(check)
  return {
    move: () => moves.move,
    listStores: () => stores.list(),
    moveStore: (target) => moves.begin(target),
    resumeMove: ({ passphrase }) => moves.resume(passphrase),
    undoMove: async () => {
      await moves.undo()
      return null
    },
    unlockStore: async ({ passphrase }) => {
      const files = await filesUnderPassphrase(active)
      await files.unlock(new Secret(passphrase))
      await recover()
      return await fresh()
    },
    lockStore: async () => {
      const files = await filesUnderPassphrase(active)
      if (moves.move?.state.kind === 'running') {
        throw new VaultError('INVALID_REQUEST', {
          message: 'Everything is being moved. Lock when that is done.'
        })
      }
      files.lock()
      onLock()
      return await fresh()
    }
  }
}

async function filesUnderPassphrase({ passphrase }: ActiveStore) {
  const protection = (await passphrase?.protection()) ?? 'machine'
  if (passphrase && protection !== 'machine') return passphrase
  throw new VaultError('INVALID_REQUEST', { message: 'The store in use has no passphrase.' })
}
