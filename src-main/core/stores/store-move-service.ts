import { toProblem, VaultError } from '#shared/problem.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import { Secret } from '../secret.ts'
import type { MoveStep, MoveWork, StoreMovePort } from './store-move-ports.ts'

/** Shortest time between two progress reports; a new step and the end of a step are always reported. */
const TELL_EVERY_MS = 100

export type StoreMoveServicePorts = {
  readonly mover: StoreMovePort
  /** Null: the move was undone. */
  readonly onChange: (move: StoreMove | null) => void
  /** The store in use, or its health, may have changed. */
  readonly onEnd: () => void
  /** Returns milliseconds of a clock that does not jump. */
  readonly now: () => number
}

/** Runs one move at a time and reports it to the person. */
export class StoreMoveService {
  readonly #ports: StoreMoveServicePorts
  #move: StoreMove | null = null
  #isBusy = false
  #isClosing = false
  #end: Promise<unknown> = Promise.resolve()

  constructor(ports: StoreMoveServicePorts) {
    this.#ports = ports
  }

  /** Returns the move that is under way, interrupted or ended. Null: none. */
  get move(): StoreMove | null {
    return this.#move
  }

  /**
   * Reports a move that a crash interrupted; called at start. Throws CREDENTIAL_UNREADABLE if that can't be
   * determined.
   */
  async find(): Promise<void> {
    const left = await this.#ports.mover.left()
    if (left === null) return
    const { from, to, needsPassphrase, canUndo } = left
    this.#tell({ from, to, needsPassphrase, state: { kind: 'interrupted', canUndo } })
  }

  /** Resolves when the move has begun; throws, with nothing changed, if it can't. */
  begin(target: StoreTarget): Promise<StoreMove> {
    return this.#begin(() => this.#ports.mover.open(target))
  }

  /** As `begin`, for the interrupted move. */
  resume(passphrase: string | null): Promise<StoreMove> {
    const secret = passphrase === null ? null : new Secret(passphrase)
    return this.#begin(() => this.#ports.mover.reopen(secret))
  }

  /** Undoes the interrupted move. Throws INVALID_REQUEST without such a move, and after it has switched. */
  async undo(): Promise<void> {
    await this.#alone(() => this.#ports.mover.undo())
    this.#tell(null)
    this.#ports.onEnd()
  }

  /** Resolves when no move is running. */
  async idle(): Promise<void> {
    await this.#end
  }

  /**
   * Stops a move under way at its next entry, as a crash would: it waits to be finished or taken back. No move begins
   * after that. Resolves when none is running.
   */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#end
  }

  async #begin(open: () => Promise<MoveWork>): Promise<StoreMove> {
    const work = await this.#alone(open)
    const { from, to, needsPassphrase } = work
    const move: StoreMove = {
      from,
      to,
      needsPassphrase,
      state: { kind: 'running', step: 'copy', done: 0, total: 0 }
    }
    this.#isBusy = true
    this.#tell(move)
    this.#end = this.#run(work, move)
    return move
  }

  /** Never throws: the outcome is reported. */
  async #run(work: MoveWork, move: StoreMove): Promise<void> {
    try {
      const moved = await work.run(this.#progress(move))
      this.#isBusy = false
      this.#tell({ ...move, state: { kind: 'done', moved } })
    } catch (error) {
      const left = await this.#ports.mover.left().catch(() => null)
      this.#isBusy = false
      this.#tell({
        ...move,
        needsPassphrase: left?.needsPassphrase ?? false,
        state: {
          kind: 'failed',
          problem: toProblem(error),
          canResume: left !== null,
          canUndo: left?.canUndo ?? false
        }
      })
    }
    this.#ports.onEnd()
  }

  #progress(move: StoreMove): (step: MoveStep) => void {
    let told: { readonly step: string; readonly at: number } | null = null
    return ({ step, done, total }) => {
      if (this.#isClosing) throw closing()
      const now = this.#ports.now()
      const isNews = told?.step !== step || done === total || now - told.at >= TELL_EVERY_MS
      if (!isNews) return
      told = { step, at: now }
      this.#tell({ ...move, state: { kind: 'running', step, done, total } })
    }
  }

  async #alone<T>(task: () => Promise<T>): Promise<T> {
    if (this.#isClosing) throw closing()
    if (this.#isBusy) {
      throw new VaultError('INVALID_REQUEST', {
        message: 'A move is already in progress. Wait until it is done.'
      })
    }
    this.#isBusy = true
    try {
      return await task()
    } finally {
      this.#isBusy = false
    }
  }

  #tell(move: StoreMove | null): void {
    this.#move = move
    this.#ports.onChange(move)
  }
}

function closing(): VaultError {
  return new VaultError('STORE_WRITE_FAILED', {
    message: 'Latchkey closes, so the move stops. Nothing is lost: finish it or undo it at the next start.'
  })
}
