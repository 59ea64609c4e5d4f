import type { LockState } from '#shared/lock.ts'
import { VaultError } from '#shared/problem.ts'
import { alarm } from '../alarm.ts'
import type { Clock } from '../ports.ts'
import { Secret } from '../secret.ts'
import type { StopSignal } from '../use/stop-signal.ts'

/** Encrypted files under a passphrase. */
export type PassphraseLock = {
  protection(): Promise<'none' | 'machine' | 'locked' | 'unlocked'>
  /** Throws VAULT_LOCKED for a wrong passphrase. */
  unlock(passphrase: Secret): Promise<void>
  lock(): void
}

export type VaultLockPorts = {
  readonly clock: Pick<Clock, 'after'>
  /** Null: the store in use has no passphrase. */
  readonly passphrase: () => PassphraseLock | null
  /** What is known of the store, as every window is told. */
  readonly storage: {
    /** True: the store says VAULT_LOCKED, by `hold` or by its passphrase. */
    readonly isLocked: () => boolean
    /** Resolves when it is known for the first time whether the store is locked. */
    readonly known: () => Promise<unknown>
    /** From now on the store counts as locked, or no longer. Resolves when everybody was told. */
    readonly hold: (isHeld: boolean) => Promise<unknown>
  }
  readonly isMoving: () => boolean
  /** Ends what a person could still undo; resolves after a short time at the latest. */
  readonly beforeLock: () => Promise<void>
  /** Ends everything that holds secrets, and what was allowed until a lock. */
  readonly onLock: () => void
  /** The lock was opened: what a crash or the lock interrupted goes on. */
  readonly onUnlock: () => Promise<void>
  readonly onChange: (state: LockState) => void
  /** Asks the person to open the lock. Null: no window could. */
  readonly askPerson: (() => void) | null
}

export type Waiter = {
  /** The client, as it is called in the log and shown to the person. */
  readonly id: string
  readonly name: string
  /** Longest time in milliseconds that the request waits. */
  readonly ms: number
  readonly signal: StopSignal
  /** Called if the request has to wait, before it does. */
  readonly onWait: () => void
}

/** The person's own terminal asks again each time; a program asks once for each lock. */
const TERMINAL = 'terminal'

/**
 * Locks the vault: nothing is shown and nothing is given out until the person opens it. A store with a passphrase forgets its
 * key as well; any other store stays readable for the vault, which goes on refreshing.
 */
export class VaultLock {
  readonly #ports: VaultLockPorts
  readonly #waiting = new Map<number, Waiter>()
  readonly #asked = new Set<string>()
  #nextWaiter = 0
  #opened = Promise.withResolvers<void>()

  constructor(ports: VaultLockPorts) {
    this.#ports = ports
  }

  get isLocked(): boolean {
    return this.#ports.storage.isLocked()
  }

  async state(): Promise<LockState> {
    return {
      isLocked: this.isLocked,
      needsPassphrase: await this.#hasPassphrase(),
      waiting: [...new Set([...this.#waiting.values()].map(({ name }) => name))]
    }
  }

  /**
   * Ends what was allowed until a lock, and locks what can be opened again. Throws INVALID_REQUEST while a move runs.
   */
  async lock(): Promise<LockState> {
    const { askPerson, beforeLock, isMoving, onLock, passphrase, storage } = this.#ports
    if (isMoving()) {
      const message = 'A move is in progress. Lock Latchkey when it is done.'
      throw new VaultError('INVALID_REQUEST', { message })
    }
    await beforeLock()
    const canOpen = (await this.#hasPassphrase()) || askPerson !== null
    if (canOpen) passphrase()?.lock()
    onLock()
    if (canOpen) await storage.hold(true)
    return await this.state()
  }

  /**
   * Opens the lock. Throws VAULT_LOCKED for a passphrase that is wrong or missing, and INVALID_REQUEST for one that the store
   * does not have.
   */
  async unlock(passphrase: string | null): Promise<LockState> {
    const needsPassphrase = await this.#hasPassphrase()
    if (needsPassphrase && passphrase === null) {
      throw new VaultError('VAULT_LOCKED', { message: 'Enter the passphrase of the store.' })
    }
    if (!needsPassphrase && passphrase !== null) {
      throw new VaultError('INVALID_REQUEST', { message: 'The store in use has no passphrase.' })
    }
    if (passphrase !== null) await this.#ports.passphrase()?.unlock(new Secret(passphrase))
    await this.#ports.onUnlock()
    await this.#ports.storage.hold(false)
    return await this.state()
  }

  /** Told by the store: it is locked now, or open. */
  storeChanged(): void {
    if (!this.isLocked) {
      this.#asked.clear()
      this.#opened.resolve()
      this.#opened = Promise.withResolvers<void>()
    }
    void this.#tell()
  }

  /**
   * Resolves when the vault is open. A request that finds it locked waits, and the person is asked. Throws VAULT_LOCKED
   * after its time, or when its client gives up. Resolves at once where no window can ask: the store refuses then.
   */
  async opened(waiter: Waiter): Promise<void> {
    if (this.#ports.askPerson === null) return
    await this.#ports.storage.known()
    if (!this.isLocked) return
    const number = (this.#nextWaiter += 1)
    this.#waiting.set(number, waiter)
    try {
      waiter.onWait()
      this.#ask(waiter)
      void this.#tell()
      await this.#inTime(waiter)
    } finally {
      this.#waiting.delete(number)
      void this.#tell()
    }
    if (this.isLocked) throw new VaultError('VAULT_LOCKED')
  }

  #ask({ id }: Waiter): void {
    if (id !== TERMINAL && this.#asked.has(id)) return
    this.#asked.add(id)
    this.#ports.askPerson?.()
  }

  async #inTime({ ms, signal }: Waiter): Promise<void> {
    const over = Promise.withResolvers<void>()
    const end = (): void => over.resolve()
    const cancel = ms > 0 ? alarm(this.#ports.clock, ms, end) : end
    if (ms <= 0 || signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    await Promise.race([this.#opened.promise, over.promise])
    signal.removeEventListener('abort', end)
    cancel()
  }

  async #hasPassphrase(): Promise<boolean> {
    // A store whose key can't be read says so at its next use.
    const protection = await this.#ports
      .passphrase()
      ?.protection()
      .catch(() => 'machine' as const)
    return protection !== undefined && protection !== 'machine'
  }

  async #tell(): Promise<void> {
    this.#ports.onChange(await this.state())
  }
}
