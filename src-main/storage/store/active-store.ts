import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { CredentialStore, PassphraseLock, StoredValue } from './credential-store.ts'

/**
 * The store in use. A move between stores puts another one in its place while everybody holds on to this one, and keeps
 * writes waiting meanwhile: they are not refused, because one may carry a refresh token that exists nowhere else.
 */
export class ActiveStore implements CredentialStore {
  #current: CredentialStore
  /** Null: whoever wants to write may. */
  #gate: Promise<void> | null = null
  readonly #writing = new Set<Promise<unknown>>()

  constructor(current: CredentialStore) {
    this.#current = current
  }

  get current(): CredentialStore {
    return this.#current
  }

  /** From now on everything goes to `next`; the former store is not closed. */
  use(next: CredentialStore): void {
    this.#current = next
  }

  /** Resolves when nobody writes any more; from then until the answer is called, writes wait. One at a time. */
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
    return this.#current.read(key)
  }

  delete(key: string): Promise<boolean> {
    return this.#write((store) => store.delete(key))
  }

  list(): Promise<string[]> {
    return this.#current.list()
  }

  find(): Promise<readonly string[]> {
    return this.#current.find()
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
      return await writing
    } finally {
      this.#writing.delete(writing)
    }
  }
}
