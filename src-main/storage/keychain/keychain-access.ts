import { VaultError } from '#shared/problem.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { KeyedQueue } from '../../core/keyed-queue.ts'
import { isTimeout, withDeadline } from '../store/deadline.ts'
import { toKeychainProblem } from './keychain-error.ts'
import type { KeychainAdapter, KeychainLoader } from './keychain-adapter.ts'

/**
 * Milliseconds that a keychain call may take. A call for a person may wait for the answer to an unlock
 * prompt. The loader has its own limit for loading the adapter.
 */
export type KeychainDeadlines = { readonly probeMs: number; readonly callMs: number }

type Options = {
  readonly load: KeychainLoader
  readonly deadlines: KeychainDeadlines
  /** Milliseconds of any clock that does not jump. */
  readonly now: () => number
}

type Use<T> = (adapter: KeychainAdapter) => Promise<T>
type Probe = { readonly at: number; readonly problem: VaultError | null }

const PROBE_LIFE_MS = 60_000
/**
 * A failed keychain may work as soon as a person has unlocked it. This is shorter than the five seconds after
 * which the storage monitor first asks: its timer may fire a little early and would then get the kept result.
 */
const FAILED_PROBE_LIFE_MS = 4000
const lifeOf = ({ problem }: Probe): number => (problem ? FAILED_PROBE_LIFE_MS : PROBE_LIFE_MS)
const doorCodes: readonly ProblemCode[] = [
  'KEYCHAIN_UNAVAILABLE',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_DENIED',
  'KEYCHAIN_TIMEOUT'
]

/**
 * Access to the keychain: loads the adapter once, sets a deadline for every call and turns errors into
 * VaultErrors. Until one call has succeeded, calls run one at a time; if one is refused, the calls that
 * waited behind it are refused too, so that twenty credentials do not raise twenty unlock prompts.
 */
export class KeychainAccess {
  readonly #options: Options
  readonly #door = new KeyedQueue()
  #loading: Promise<KeychainAdapter | null> | null = null
  #adapter: KeychainAdapter | null = null
  #probe: Probe | null = null
  #probing: Promise<VaultError | null> | null = null
  #isOpen = false
  /** Number of calls that wait for an answer, without probes. */
  #underWay = 0
  #refusals = 0
  #refusal: VaultError | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** Returns the adapter. Throws KEYCHAIN_*. Null: this computer has no keychain. */
  adapter(): Promise<KeychainAdapter | null> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  /** Runs one use of the keychain. Throws KEYCHAIN_*, CREDENTIAL_UNREADABLE or STORE_WRITE_FAILED. */
  call<T>(use: Use<T>): Promise<T> {
    const counted: Use<T> = async (adapter) => {
      this.#underWay += 1
      try {
        return await use(adapter)
      } finally {
        this.#underWay -= 1
      }
    }
    return this.#enter(counted, this.#options.deadlines.callMs)
  }

  /**
   * Runs a use that is only a help: does nothing before a call has succeeded, ignores the result, and says
   * nothing about the state of the keychain.
   */
  hint(use: Use<void>): void {
    if (this.#isOpen && this.#adapter) use(this.#adapter).catch(() => undefined)
  }

  /**
   * Returns the problem of the keychain. Null: it works. `check` writes, reads and deletes; a success is kept
   * for 60 seconds, a failure for 4, a time-out is not kept. Returns KEYCHAIN_TIMEOUT also while a person is
   * asked to unlock.
   */
  async probe(check: Use<void>): Promise<VaultError | null> {
    const kept = this.#probe
    if (kept && this.#options.now() - kept.at < lifeOf(kept)) return kept.problem
    const probing = (this.#probing ??= this.#runProbe(check).finally(() => {
      this.#probing = null
    }))
    // The time that loading takes says nothing about the keychain.
    await this.adapter().catch(() => null)
    // The deadline is not that of `#attempt`: the probe may wait behind a call for a person and must not end
    // it.
    return withDeadline(probing, 2 * this.#options.deadlines.probeMs).catch(toKeychainProblem)
  }

  /** Ends the adapter: at once if it is loaded, else when it has loaded. */
  close(): void {
    if (this.#adapter) this.#adapter.close?.()
    else this.#loading?.then((adapter) => adapter?.close?.()).catch(() => undefined)
  }

  async #runProbe(check: Use<void>): Promise<VaultError | null> {
    try {
      await this.#enter(check, this.#options.deadlines.probeMs)
      this.#probe = { at: this.#options.now(), problem: null }
      return null
    } catch (error) {
      const problem = toKeychainProblem(error)
      if (!isTimeout(problem)) this.#probe = { at: this.#options.now(), problem }
      return problem
    }
  }

  async #enter<T>(use: Use<T>, ms: number): Promise<T> {
    if (this.#isOpen) return this.#attempt(use, ms)
    const before = this.#refusals
    return this.#door.run('door', async () => {
      if (this.#refusal && this.#refusals !== before) throw this.#refusal
      return this.#attempt(use, ms)
    })
  }

  async #attempt<T>(use: Use<T>, ms: number): Promise<T> {
    try {
      const result = await withDeadline(use(await this.#loaded()), ms)
      this.#isOpen = true
      return result
    } catch (error) {
      const problem = toKeychainProblem(error)
      const isProbe = ms < this.#options.deadlines.callMs
      // A probe behind other calls finds a busy keychain. It must not end those calls: they have deadlines of
      // their own.
      if (isTimeout(problem) && isProbe && this.#underWay > 0) throw problem
      if (isTimeout(problem)) this.#adapter?.interrupt?.()
      if (doorCodes.includes(problem.code)) this.#shut()
      // The time-out of a probe does not refuse the calls behind it, which may wait longer for a person.
      if (doorCodes.includes(problem.code) && !(isProbe && isTimeout(problem))) this.#refuse(problem)
      throw problem
    }
  }

  #shut(): void {
    this.#isOpen = false
    this.#probe = null
  }

  #refuse(problem: VaultError): void {
    this.#refusals += 1
    this.#refusal = problem
  }

  async #loaded(): Promise<KeychainAdapter> {
    const adapter = await this.adapter()
    if (!adapter) throw new VaultError('KEYCHAIN_UNAVAILABLE')
    return adapter
  }

  async #load(): Promise<KeychainAdapter | null> {
    try {
      this.#adapter = await this.#options.load()
      return this.#adapter
    } catch (error) {
      // The failure is not kept: the next call loads again.
      this.#loading = null
      throw error
    }
  }
}
