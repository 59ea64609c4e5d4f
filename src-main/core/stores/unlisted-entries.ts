import type { CatalogEntry } from '../credential-record.ts'

type Ports = {
  /**
   * Returns the keys of credentials that are in the store and missing in the list. Throws KEYCHAIN_*,
   * VAULT_LOCKED.
   */
  readonly find: () => Promise<readonly string[]>
  /** Lists the credential under a key again. Null: it can't be read. Throws KEYCHAIN_*. */
  readonly takeBack: (key: string) => Promise<Pick<CatalogEntry, 'ref'> | null>
  readonly onChange: (count: number) => void
  /** Called if some were listed again. */
  readonly onTaken: () => void
}

/** Credentials that the list has lost: they are in the store and can be listed again. */
export class UnlistedEntries {
  readonly #ports: Ports
  #count = 0

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Number found at the last search; 0 before the first. */
  get count(): number {
    return this.#count
  }

  /** Searches the store. Never throws: a store that does not answer is searched another time. */
  async look(): Promise<void> {
    const keys = await this.#ports.find().catch(() => null)
    if (keys !== null) this.#tell(keys.length)
  }

  /** Lists all that can be read. Throws KEYCHAIN_*, VAULT_LOCKED; those before the failure stay listed. */
  async takeBack(): Promise<{ readonly taken: number; readonly left: number }> {
    const keys = await this.#ports.find()
    let taken = 0
    try {
      for (const key of keys) {
        if ((await this.#ports.takeBack(key)) !== null) taken += 1
      }
    } finally {
      if (taken > 0) this.#ports.onTaken()
      this.#tell(keys.length - taken)
    }
    return { taken, left: keys.length - taken }
  }

  #tell(count: number): void {
    if (count === this.#count) return
    this.#count = count
    this.#ports.onChange(count)
  }
}
