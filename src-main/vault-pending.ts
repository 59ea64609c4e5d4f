import { VaultError } from '#shared/problem.ts'
import type { StoreHandlers, TransferHandlers } from './core/request-handlers.ts'

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
export const pendingTransfer: TransferHandlers = {
  exportVault: refuse,
  previewImport: refuse,
  openImport: refuse,
  runImport: refuse,
  cancelImport: refuse,
  recoveryStatus: refuse,
  createRecoveryKey: refuse,
  removeRecoveryKey: refuse
}
