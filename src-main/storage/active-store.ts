import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { CredentialStore, StoredValue } from './credential-store.ts'

/** The store in use. A move between stores puts another one in its place while everybody holds on to this one. */
export class ActiveStore implements CredentialStore {
  #current: CredentialStore

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

  get id(): BackendId {
    return this.#current.id
  }

  put(key: string, value: string): Promise<BackendId> {
    return this.#current.put(key, value)
  }

  read(key: string): Promise<StoredValue | null> {
    return this.#current.read(key)
  }

  delete(key: string): Promise<boolean> {
    return this.#current.delete(key)
  }

  list(): Promise<string[]> {
    return this.#current.list()
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
}
