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
   * Runs to the end while writes of everybody else wait; answers how many entries were moved, and closes the store that is
   * not in use afterwards. Called once. Throws with the entries whole in the store in use.
   */
  readonly run: (onProgress: (step: MoveStep) => void) => Promise<number>
}

/** What an interrupted move left. `canUndo`: it has not switched. */
export type LeftMove = {
  readonly from: BackendId
  readonly to: BackendId
  readonly canUndo: boolean
  readonly needsPassphrase: boolean
}

/** Moving on the side of the stores. Everything here throws VaultError with a sentence for a person. */
export interface StoreMovePort {
  /** Nothing is copied yet. INVALID_REQUEST where the target is in use already or a move was interrupted. */
  open(target: StoreTarget): Promise<MoveWork>
  /** The interrupted move again. VAULT_LOCKED for a passphrase that is not right or missing. */
  reopen(passphrase: Secret | null): Promise<MoveWork>
  /** Removes the copies of a move that has not switched. */
  undo(): Promise<void>
  /** Null: no move was interrupted. */
  left(): Promise<LeftMove | null>
}
