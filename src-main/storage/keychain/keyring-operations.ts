import { KeyedQueue } from '../../core/keyed-queue.ts'
import { classifyKeychainError } from './keychain-error.ts'
import { pinnedToSecretService } from './keyring-module.ts'
import type { KeyringEntry, KeyringModule } from './keyring-module.ts'

type Options = {
  readonly module: KeyringModule
  /** Entries kept open; each is one D-Bus connection and one file descriptor. */
  readonly keep?: number
  /**
   * Number of entries made after which `onWorn` is called: dropped entries keep their descriptor until they
   * are collected.
   */
  readonly wornAfter?: number
  readonly onWorn?: () => void
}

/** Keychain operations of one native module. They reject as the module does. */
export type KeyringOperations = {
  /**
   * Opens the entry's connection, which takes longer than the rest; never raises a prompt and changes
   * nothing.
   */
  prepare(service: string, account: string): Promise<void>
  get(service: string, account: string): Promise<string | null>
  set(service: string, account: string, value: string): Promise<void>
  delete(service: string, account: string): Promise<boolean>
  /**
   * Returns the accounts of all items of the service, in no order. The module reads their secrets too; they
   * are dropped.
   */
  accounts(service: string): Promise<readonly string[]>
}

/**
 * Serializes the operations of one account (simultaneous writes through one entry lose the last), keeps the
 * most recently used entries, and tries once more on a new connection if the keychain was restarted.
 */
export function createKeyringOperations(options: Options): KeyringOperations {
  const { module, keep = 32, wornAfter = 256, onWorn } = options
  const queue = new KeyedQueue()
  const entries = new Map<string, KeyringEntry>()
  let constructed = 0

  function entryOf(service: string, account: string): KeyringEntry {
    const key = JSON.stringify([service, account])
    const entry = entries.get(key) ?? construct(service, account)
    entries.delete(key)
    entries.set(key, entry)
    const [oldest] = entries.keys()
    if (entries.size > keep && oldest !== undefined) entries.delete(oldest)
    return entry
  }

  function construct(service: string, account: string): KeyringEntry {
    constructed += 1
    if (constructed === wornAfter) onWorn?.()
    return new module.Entry(service, account, pinnedToSecretService)
  }

  function run<T>(
    service: string,
    account: string,
    use: (entry: KeyringEntry) => T | Promise<T>
  ): Promise<T> {
    return queue.run(JSON.stringify([service, account]), async () => {
      try {
        return await use(entryOf(service, account))
      } catch (error) {
        if (classifyKeychainError(error) !== 'stale') throw error
        entries.clear()
        return await use(entryOf(service, account))
      }
    })
  }

  return {
    prepare: (service, account) => run(service, account, () => undefined),
    get: (service, account) => run(service, account, async (entry) => (await entry.getPassword()) ?? null),
    set: (service, account, value) => run(service, account, (entry) => entry.setPassword(value)),
    delete: (service, account) => run(service, account, (entry) => entry.deletePassword()),
    accounts: async (service) => module.findCredentials(service).map(({ account }) => account)
  }
}
