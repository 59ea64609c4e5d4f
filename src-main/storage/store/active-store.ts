import type { BackendId } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { CredentialStore, PassphraseLock, StoredValue } from './credential-store.ts'

const doorCodes: readonly ProblemCode[] = [
  'KEYCHAIN_UNAVAILABLE',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_DENIED',
  'KEYCHAIN_TIMEOUT',
  'VAULT_LOCKED'
]

/**
 * The store in use. A move replaces it while its users keep this one object. Writes wait during the move and
 * are not refused, because one may carry a refresh token that exists nowhere else.
 */
export class ActiveStore implements CredentialStore {
  #current: CredentialStore
  /** The end of the hold on writes. Null: writes do not wait. */
  #gate: Promise<void> | null = null
  readonly #writing = new Set<Promise<unknown>>()

  readonly #onDoubt: () => void

  /** `onDoubt` is called when a call fails because the store can't be opened; the error is passed on. */
  constructor(current: CredentialStore, onDoubt: () => void = () => undefined) {
    this.#current = current
    this.#onDoubt = onDoubt
  }

  get current(): CredentialStore {
    return this.#current
  }

  /** From now on all calls go to `next`; the former store is not closed. */
  use(next: CredentialStore): void {
    this.#current = next
  }

  /**
   * Resolves when all running writes have ended. New writes wait until the returned function is called. A
   * second hold waits for the end of the first.
   */
  async holdWrites(): Promise<() => void> {
    while (this.#gate) await this.#gate
    let open = (): void => undefined
    this.#gate = new Promise((resolve) => {
      open = () => {
        this.#gate = null
        resolve()
      }
    })
    await Promise.allSettled(this.#writing)
    return open
  }

  get id(): BackendId {
    return this.#current.id
  }

  get passphrase(): PassphraseLock | null {
    return this.#current.passphrase ?? null
  }

  prepare(key: string): void {
    this.#current.prepare?.(key)
  }

  put(key: string, value: string): Promise<BackendId> {
    return this.#write((store) => store.put(key, value))
  }

  read(key: string): Promise<StoredValue | null> {
    return this.#watch(this.#current.read(key))
  }

  delete(key: string): Promise<boolean> {
    return this.#write((store) => store.delete(key))
  }

  list(): Promise<string[]> {
    return this.#watch(this.#current.list())
  }

  find(): Promise<readonly string[]> {
    return this.#watch(this.#current.find())
  }

  health(): Promise<StorageHealth> {
    return this.#current.health()
  }

  tidy(): Promise<void> {
    return this.#current.tidy()
  }

  close(): Promise<void> {
    return this.#current.close()
  }

  async #write<T>(act: (store: CredentialStore) => Promise<T>): Promise<T> {
    while (this.#gate) await this.#gate
    const writing = act(this.#current)
    this.#writing.add(writing)
    try {
      return await this.#watch(writing)
    } finally {
      this.#writing.delete(writing)
    }
  }

  async #watch<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof VaultError && doorCodes.includes(error.code)) this.#onDoubt()
      throw error
    }
  }
}
