import { VaultError } from '#shared/problem.ts'
import type { StoreHandlers } from './core/request-handlers.ts'

const refuse = async (): Promise<never> => {
  throw new VaultError('INTERNAL')
}

export const pendingStores: StoreHandlers = {
  move: () => null,
  listStores: refuse,
  moveStore: refuse,
  resumeMove: refuse,
  undoMove: refuse,
  unlockStore: refuse,
  lockStore: refuse
}
