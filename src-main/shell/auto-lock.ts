import type { Preferences } from '#shared/preferences.ts'
import type { IdleTime } from './idle-time.ts'

type AutoLockPorts = {
  readonly preferences: () => Pick<Preferences, 'lockAfter' | 'lockOnSleep' | 'lockWithScreen'>
  readonly isLocked: () => boolean
  /** Rejects if the vault can't be locked now. */
  readonly lock: () => Promise<unknown>
  readonly idleTime: IdleTime
}

const MINUTE = 60_000
/** Pause before the next look at the idle time, at least, and after a lock that was refused. */
const LEAST_PAUSE = 5000
/** Longest pause, so that a changed preference counts soon. */
const LONGEST_PAUSE = MINUTE

/** Locks the vault after an idle time, when the screen is locked, and before the computer sleeps. */
export class AutoLock {
  readonly #ports: AutoLockPorts
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(ports: AutoLockPorts) {
    this.#ports = ports
  }

  /** Begins to look at the idle time. */
  start(): void {
    this.#lookIn(LEAST_PAUSE)
  }

  /** The computer is about to sleep. */
  readonly slept = (): void => {
    if (this.#ports.preferences().lockOnSleep) void this.#lock()
  }

  /** The screen was locked. */
  readonly screenLocked = (): void => {
    if (this.#ports.preferences().lockWithScreen) void this.#lock()
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #lookIn(ms: number): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#look(), ms)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const { lockAfter } = this.#ports.preferences()
    if (lockAfter === null || this.#ports.isLocked()) return this.#lookIn(LONGEST_PAUSE)
    const left = lockAfter * MINUTE - (await this.#ports.idleTime())
    if (left <= 0) await this.#lock()
    this.#lookIn(Math.min(Math.max(left, LEAST_PAUSE), LONGEST_PAUSE))
  }

  async #lock(): Promise<void> {
    if (this.#ports.isLocked()) return
    await this.#ports.lock().catch(() => undefined) // a move between stores runs; the next look tries again
  }
}
