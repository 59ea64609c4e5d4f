import { toProblem, VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { SECOND } from '../tokens/lifetime.ts'
import type { Clock } from '../ports.ts'

/**
 * Pauses between checks while the store has a problem: the first one, doubled each time, up to the longest. A
 * keychain that was only slow is back at once, and a keychain that another program starts or unlocks is
 * noticed within the longest pause. A check by another caller restarts the pause and keeps its length.
 */
const FIRST_PAUSE = 5 * SECOND
const LONGEST_PAUSE = 30 * SECOND

type StorageMonitorPorts = {
  /** Asks the store now; never throws, never prompts and answers within its own deadline. */
  readonly ask: () => Promise<StorageHealth>
  readonly clock: Pick<Clock, 'after'>
  readonly onChange: (health: StorageHealth) => void
}

/**
 * Remembers the last health of the secure store, reports changes, and asks again on its own until the store is
 * healthy.
 */
export class StorageMonitor {
  readonly #ports: StorageMonitorPorts
  #last: StorageHealth | null = null
  #asking: Promise<StorageHealth> | null = null
  #cancel: (() => void) | null = null
  #pause = FIRST_PAUSE
  #isHeld = false
  #isClosed = false

  constructor(ports: StorageMonitorPorts) {
    this.#ports = ports
  }

  /** Returns the last answer, or the first one when it comes. */
  async health(): Promise<StorageHealth> {
    return this.#last ?? (await this.check())
  }

  /** Returns the last answer without asking. Null: there was none yet. */
  get last(): StorageHealth | null {
    return this.#last
  }

  /** Asks again; simultaneous callers share the answer. */
  check(): Promise<StorageHealth> {
    if (this.#isHeld && this.#last !== null) return Promise.resolve(this.#last)
    return (this.#asking ??= this.#ask())
  }

  /** Asks again without a caller that waits; an error of a vault that closes meanwhile is ignored. */
  look(): void {
    this.check().catch(() => undefined)
  }

  /**
   * Asks again after a failure of the store, unless the store has a known problem and is asked again anyway.
   */
  doubt(): void {
    if (this.#last?.problem === null) this.look()
  }

  /**
   * True: every window is told at once that the store is locked, and the store is not asked. False: the store is asked
   * again. Resolves with what is told then.
   */
  async hold(isHeld: boolean): Promise<StorageHealth> {
    this.#isHeld = isHeld
    if (isHeld && this.#last !== null) return this.#take(this.#last)
    await this.#asking?.catch(() => undefined) // its answer may be that of before
    return await this.check()
  }

  /** Stops asking on its own. */
  close(): void {
    this.#isClosed = true
    this.#cancel?.()
  }

  async #ask(): Promise<StorageHealth> {
    try {
      return this.#take(await this.#ports.ask())
    } finally {
      this.#asking = null
    }
  }

  #take(found: StorageHealth): StorageHealth {
    const health = this.#isHeld ? held(found) : found
    const isNews = JSON.stringify(health) !== JSON.stringify(this.#last)
    this.#last = health
    if (isNews) this.#ports.onChange(health)
    this.#askAgainAfter(health)
    return health
  }

  #askAgainAfter({ problem }: StorageHealth): void {
    this.#cancel?.()
    this.#cancel = null
    if (problem === null) this.#pause = FIRST_PAUSE
    if (problem === null || this.#isHeld || this.#isClosed) return
    this.#cancel = this.#ports.clock.after(this.#pause, () => {
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
      this.look()
    })
  }
}

const held = (health: StorageHealth): StorageHealth => ({
  ...health,
  state: 'locked',
  problem: toProblem(new VaultError('VAULT_LOCKED'))
})
