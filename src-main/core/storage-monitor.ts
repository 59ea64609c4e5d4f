import type { StorageHealth } from '#shared/storage-health.ts'

type StorageMonitorPorts = {
  /** Asks the store now; never throws and answers within its own deadline. */
  readonly ask: () => Promise<StorageHealth>
  readonly onChange: (health: StorageHealth) => void
}

/** Remembers how the secure store was last, and tells when that changes. */
export class StorageMonitor {
  readonly #ports: StorageMonitorPorts
  #last: StorageHealth | null = null
  #asking: Promise<StorageHealth> | null = null

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

  async #ask(): Promise<StorageHealth> {
    try {
      const health = await this.#ports.ask()
      const isNews = JSON.stringify(health) !== JSON.stringify(this.#last)
      this.#last = health
      if (isNews) this.#ports.onChange(health)
      return health
    } finally {
      this.#asking = null
    }
  }
}
