import type { BackendId } from '#shared/credential.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import type { Secret } from '../secret.ts'

type Running = Extract<StoreMove['state'], { kind: 'running' }>
export type MoveStep = Pick<Running, 'step' | 'done' | 'total'>

/** A move whose two stores are open and can be written to. */
export type MoveWork = {
  readonly from: BackendId
  readonly to: BackendId
  readonly needsPassphrase: boolean
  /**
   * Runs to the end while all other writes wait; returns how many entries were moved, and closes the store
   * that is no longer in use. Called once. If it throws, the entries are complete in the store in use.
   */
  readonly run: (onProgress: (step: MoveStep) => void) => Promise<number>
}

/** An interrupted move. `canUndo`: it has not switched. */
export type LeftMove = {
  readonly from: BackendId
  readonly to: BackendId
  readonly canUndo: boolean
  readonly needsPassphrase: boolean
}

/** The move as the stores do it. Every method throws VaultError with a sentence for a person. */
export interface StoreMovePort {
  /**
   * Prepares a move; nothing is copied yet. Throws INVALID_REQUEST if the target is already in use or a move
   * was interrupted.
   */
  open(target: StoreTarget): Promise<MoveWork>
  /** Opens the interrupted move again. Throws VAULT_LOCKED for a wrong or missing passphrase. */
  reopen(passphrase: Secret | null): Promise<MoveWork>
  /** Removes the copies of a move that has not switched. */
  undo(): Promise<void>
  /** Returns the interrupted move. Null: every move has ended. */
  left(): Promise<LeftMove | null>
}
