import { VaultError } from '#shared/problem.ts'
import { toKeychainProblem } from './keychain-error.ts'
import type { KeychainAdapter, Removal } from './keychain-adapter.ts'
import { looksLikePointer, readPointer, writePointer } from './overflow-files.ts'
import type { OverflowFiles, Pointer } from './overflow-files.ts'

export type KeychainItemOptions = {
  readonly service: string
  /** Number of characters that an item can hold; longer values go to `overflow`. Infinity: no limit. */
  readonly maxItemLength: number
  /** Files for longer values. Null: a longer value is refused. */
  readonly overflow: OverflowFiles | null
}

/** The item of an account, by an open adapter. All functions reject as the adapter does, and as said here. */
export type KeychainItems = {
  /**
   * Null: there is no item. Rejects with CREDENTIAL_UNREADABLE if its overflow file is missing or belongs to
   * another account.
   */
  readonly read: (adapter: KeychainAdapter, account: string) => Promise<string | null>
  /** Writes the item and reads it back. Rejects with STORE_WRITE_FAILED. */
  readonly write: (adapter: KeychainAdapter, account: string, value: string) => Promise<void>
  /** Removes the item and reads it back. Rejects with STORE_WRITE_FAILED. False: there was no item. */
  readonly remove: (adapter: KeychainAdapter, account: string) => Promise<boolean>
}

const NOT_REMOVED =
  'The keychain says that it removed the credential, but still has it. Remove it in the keychain’s own app.'
const NOT_KEPT =
  'The keychain accepted the credential but did not return it. Its content is now unknown; check it and store the credential again.'

/**
 * Values as items of one service; a value that is too long lies in an overflow file to which its item points.
 */
export function keychainItems({ service, maxItemLength, overflow }: KeychainItemOptions): KeychainItems {
  async function read(adapter: KeychainAdapter, account: string): Promise<string | null> {
    const item = await adapter.getPassword(service, account)
    const pointer = item === null ? null : readPointer(item)
    if (!pointer) return item
    if (!overflow) throw new VaultError('CREDENTIAL_UNREADABLE')
    return overflow.read(account, pointer)
  }

  /**
   * The overflow file of the present item. Null: there is none, or the item is unreadable and may be
   * replaced.
   */
  async function presentPointer(adapter: KeychainAdapter, account: string): Promise<Pointer | null> {
    // Without a folder there are no pointers; this saves a call where items have no limit.
    if (!overflow?.mayHaveFiles()) return null
    try {
      const item = await adapter.getPassword(service, account)
      return item === null ? null : readPointer(item)
    } catch (error) {
      if (toKeychainProblem(error).code === 'CREDENTIAL_UNREADABLE') return null
      throw error
    }
  }

  async function write(adapter: KeychainAdapter, account: string, value: string): Promise<void> {
    const before = await presentPointer(adapter, account)
    const after = await overflowFor(account, value)
    if (before) await overflow?.markUnsure(before)
    await switchItem(adapter, account, after ? writePointer(after) : value)
    // The switch was the commit. A failure after it is settled at the next start.
    if (after) await overflow?.confirm(after).catch(() => undefined)
    if (before) await overflow?.discard(before).catch(() => undefined)
  }

  async function overflowFor(account: string, value: string): Promise<Pointer | null> {
    if (value.length <= maxItemLength && !looksLikePointer(value)) return null
    if (overflow) return overflow.write(account, value)
    throw new VaultError('STORE_WRITE_FAILED', {
      message: 'The keychain does not accept a value of this length. Nothing was changed.'
    })
  }

  async function switchItem(adapter: KeychainAdapter, account: string, item: string): Promise<void> {
    if (!(await setAndVerify(adapter, service, account, item))) {
      throw new VaultError('STORE_WRITE_FAILED', { message: NOT_KEPT })
    }
  }

  async function remove(adapter: KeychainAdapter, account: string): Promise<boolean> {
    const before = await presentPointer(adapter, account)
    if (before) await overflow?.markUnsure(before)
    const removal = await deleteAndVerify(adapter, service, account)
    if (removal === 'stays') throw new VaultError('STORE_WRITE_FAILED', { message: NOT_REMOVED })
    if (before) await overflow?.discard(before).catch(() => undefined)
    return removal === 'removed'
  }

  return { read, write, remove }
}

/** Takes one step where the adapter offers it, else two. */
async function setAndVerify(
  adapter: KeychainAdapter,
  service: string,
  account: string,
  item: string
): Promise<boolean> {
  if (adapter.setAndVerify) return adapter.setAndVerify(service, account, item)
  await adapter.setPassword(service, account, item)
  return (await adapter.getPassword(service, account)) === item
}

async function deleteAndVerify(adapter: KeychainAdapter, service: string, account: string): Promise<Removal> {
  if (adapter.deleteAndVerify) return adapter.deleteAndVerify(service, account)
  const removed = await adapter.deletePassword(service, account)
  if ((await adapter.getPassword(service, account)) !== null) return 'stays'
  return removed ? 'removed' : 'absent'
}
