import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { StoreList, storeRequests } from '#shared/stores.ts'
import type { StoreMoveService } from '../stores/store-move-service.ts'

export type StoreHandlers = Pick<VaultRequestHandlers, keyof typeof storeRequests>

export type StoreRequestPorts = {
  readonly stores: {
    readonly moves: Pick<StoreMoveService, 'move' | 'begin' | 'resume' | 'undo'>
    readonly list: () => Promise<StoreList>
  }
}

/** The requests about the stores and about moving between them. */
export function storeHandlers({ stores }: StoreRequestPorts): StoreHandlers {
  const { moves } = stores
  return {
    listStores: () => stores.list(),
    moveStore: (target) => moves.begin(target),
    resumeMove: ({ passphrase }) => moves.resume(passphrase),
    undoMove: async () => {
      await moves.undo()
      return null
    }
  }
}
