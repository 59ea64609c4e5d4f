import type { StorageHealth } from '#shared/storage-health.ts'
import { SECOND } from '../tokens/lifetime.ts'
import type { Clock } from '../ports.ts'

/**
 * While something is wrong: the first pause, each as long again as the one before, and the longest. A keychain that was
 * only slow to answer is back at once, and one that others start or unlock is noticed within the longest. Being asked by
 * others begins the pause anew and leaves its length as it is.
 */
const FIRST_PAUSE = 5 * SECOND
const LONGEST_PAUSE = 30 * SECOND

type StorageMonitorPorts = {
  /** Asks the store now; never throws, raises no prompt and answers within its own deadline. */
  readonly ask: () => Promise<StorageHealth>
  readonly clock: Pick<Clock, 'after'>
  readonly onChange: (health: StorageHealth) => void
}

/** Remembers how the secure store was last, tells when that changes, and asks again by itself until all is well. */
export class StorageMonitor {
  readonly #ports: StorageMonitorPorts
  #last: StorageHealth | null = null
  #asking: Promise<StorageHealth> | null = null
  #cancel: (() => void) | null = null
  #pause = FIRST_PAUSE
  #isClosed = false

  constructor(ports: StorageMonitorPorts) {
    this.#ports = ports
  }

  /** The last answer, or the first one when it comes. */
  async health(): Promise<StorageHealth> {
    return this.#last ?? (await this.check())
  }

  /** The last answer without asking; null before the first. */
  get last(): StorageHealth | null {
    return this.#last
  }

  /** Asks again; callers that come meanwhile share the answer. */
  check(): Promise<StorageHealth> {
    return (this.#asking ??= this.#ask())
  }

  /** Asks again when nobody waits for the answer; a vault that is closed meanwhile has none to give. */
  look(): void {
    this.check().catch(() => undefined)
  }

  /** The store failed at something. Asks, unless it is known to be ill and asked again anyway. */
  doubt(): void {
    if (this.#last?.problem === null) this.look()
  }

  /** Asks no more by itself. */
  close(): void {
    this.#isClosed = true
    this.#cancel?.()
  }

  async #ask(): Promise<StorageHealth> {
    try {
      const health = await this.#ports.ask()
      const isNews = JSON.stringify(health) !== JSON.stringify(this.#last)
      this.#last = health
      if (isNews) this.#ports.onChange(health)
      this.#askAgainAfter(health)
      return health
    } finally {
      this.#asking = null
    }
  }

  #askAgainAfter({ problem }: StorageHealth): void {
    this.#cancel?.()
    this.#cancel = null
    if (problem === null) this.#pause = FIRST_PAUSE
    if (problem === null || this.#isClosed) return
    this.#cancel = this.#ports.clock.after(this.#pause, () => {
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
      this.look()
    })
  }
}
