import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { StoreList, storeRequests } from '#shared/stores.ts'
import { Secret } from '../secret.ts'
import type { StoreMoveService } from '../stores/store-move-service.ts'

export type StoreHandlers = Pick<VaultRequestHandlers, keyof typeof storeRequests>

/** Encrypted files under a passphrase. */
type PassphraseLock = {
  protection(): Promise<'none' | 'machine' | 'locked' | 'unlocked'>
  /** Throws VAULT_LOCKED for a wrong passphrase. */
  unlock(passphrase: Secret): Promise<void>
  lock(): void
}

export type StoreRequestPorts = {
  readonly stores: {
    readonly moves: Pick<StoreMoveService, 'move' | 'begin' | 'resume' | 'undo'>
    readonly list: () => Promise<StoreList>
    /** Null: the store in use has no passphrase. */
    readonly passphrase: () => PassphraseLock | null
    /** Ends everything else that holds secrets. */
    readonly onLock: () => void
  }
  readonly repository: { recover(): Promise<void> }
  /** Asks the store now; simultaneous callers share the answer. */
  readonly storage: { check(): Promise<StorageHealth> }
}

/** The requests about the stores: moving between them, opening and locking one. */
export function storeHandlers({ stores, repository, storage }: StoreRequestPorts): StoreHandlers {
  const { moves } = stores
  /** Asks twice, because the first answer may have been under way before the change. */
  const fresh = (): Promise<StorageHealth> => storage.check().then(() => storage.check())
  return {
    listStores: () => stores.list(),
    moveStore: (target) => moves.begin(target),
    resumeMove: ({ passphrase }) => moves.resume(passphrase),
    undoMove: async () => {
      await moves.undo()
      return null
    },
    unlockStore: async ({ passphrase }) => {
      const files = await filesUnderPassphrase(stores.passphrase())
      await files.unlock(new Secret(passphrase))
      await repository.recover()
      return await fresh()
    },
    lockStore: async () => {
      const files = await filesUnderPassphrase(stores.passphrase())
      if (moves.move?.state.kind === 'running') {
        throw new VaultError('INVALID_REQUEST', {
          message: 'A move is in progress. Lock the store when it is done.'
        })
      }
      files.lock()
      stores.onLock()
      return await fresh()
    }
  }
}

async function filesUnderPassphrase(passphrase: PassphraseLock | null): Promise<PassphraseLock> {
  const protection = (await passphrase?.protection()) ?? 'machine'
  if (passphrase && protection !== 'machine') return passphrase
  throw new VaultError('INVALID_REQUEST', { message: 'The store in use has no passphrase.' })
}
