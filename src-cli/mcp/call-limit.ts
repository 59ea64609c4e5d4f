import { ToolFault } from './tools/agent-tool.ts'

/** Calls that may be made at once after a rest. */
const BURST = 60
const PER_SECOND = 1
const MOST_AT_ONCE = 8

/** Keeps a host that runs wild from asking without an end. What a program may send is counted by the vault besides. */
export class CallLimit {
  readonly #now: () => number
  #left = BURST
  #at: number
  #running = 0

  /** `now`: milliseconds that only rise. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#at = now()
  }

  /** Runs one call. Throws ToolFault if there are too many. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const now = this.#now()
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) / 1000) * PER_SECOND)
    this.#at = now
    if (this.#running >= MOST_AT_ONCE) throw tooMany('Eight calls are running. Wait until one ends.')
    if (this.#left < 1) throw tooMany('There were too many calls. One more is allowed each second.')
    this.#left -= 1
    this.#running += 1
    try {
      return await work()
    } finally {
      this.#running -= 1
    }
  }
}

const tooMany = (message: string): ToolFault => new ToolFault('TOO_MANY_CALLS', message)
