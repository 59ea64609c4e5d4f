import { randomBytes } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import type { SecretBackend } from '../../core/ports.ts'
import { assertStorableKey, assertStorableValue, keyOfSafeName, safeName } from '../files/file-names.ts'
import type { KeychainAccess } from './keychain-access.ts'
import { isProbe, PROBE_START } from './helper-protocol.ts'
import type { KeychainAdapter, Removal } from './keychain-adapter.ts'
import { toKeychainProblem } from './keychain-error.ts'
import {
  looksLikePointer,
  readPointer,
  writePointer,
  type OverflowFiles,
  type Pointer
} from './overflow-files.ts'

/** Windows allows user names of up to 513 characters. */
const MAX_ACCOUNT = 400

export type KeychainBackendOptions = KeychainItemOptions & {
  readonly access: KeychainAccess
  /** True: the keychain ignores the case of accounts, so they are written in lower case only. */
  readonly caseInsensitive: boolean
  /** The keys of the catalog. Null: `list` returns what the adapter finds. */
  readonly knownKeys: (() => Promise<readonly string[]> | readonly string[]) | null
}

export type KeychainBackend = SecretBackend & {
  /** Prepares for a use of this key that is near. Never throws, never raises a prompt and changes nothing. */
  prepare(key: string): void
  /** Checks that the keychain writes, reads and deletes a value; returns the problem. Null: it works. */
  probe(): Promise<VaultError | null>
  /** Returns the keys that are in the keychain, whatever the catalog says; none if the adapter can't tell. */
  find(): Promise<readonly string[]>
  /** Settles the overflow files of switches that a crash interrupted, at the start. */
  sweep(): Promise<void>
}

/** Secrets in the operating system's keychain, one item per key. Every write and removal is read back. */
export function createKeychainBackend(options: KeychainBackendOptions): KeychainBackend {
  const { service, access, overflow, caseInsensitive } = options
  const { read, write, remove } = keychainItems(options)
  const accountOf = (key: string): string => {
    assertStorableKey(key)
    return caseInsensitive ? safeName(key, MAX_ACCOUNT) : key
  }

  async function foundKeys(adapter: KeychainAdapter): Promise<readonly string[]> {
    const accounts = await accountsOf(adapter, service)
    return accounts
      .filter((account) => !isProbe(account))
      .map((account) => (caseInsensitive ? keyOfSafeName(account) : account))
      .filter(isKey)
  }

  return {
    id: 'keychain',
    prepare: (key) => access.hint(async (adapter) => adapter.prepare?.(service, accountOf(key))),
    get: (key) => withAccount(accountOf, key, (account) => access.call((adapter) => read(adapter, account))),
    set: (key, value) =>
      withAccount(accountOf, key, (account) => {
        assertStorableValue(value)
        return access.call((adapter) => write(adapter, account, value))
      }),
    delete: (key) =>
      withAccount(accountOf, key, (account) => access.call((adapter) => remove(adapter, account))),
    list: async () => {
      const known = (await options.knownKeys?.()) ?? (await access.call(foundKeys))
      return known.toSorted()
    },
    find: () => access.call(foundKeys),
    probe: () => access.probe((adapter) => checkAdapter(adapter, service)),
    sweep: async () =>
      overflow?.sweep((account) => access.call((adapter) => adapter.getPassword(service, account)))
  }
}

async function accountsOf(adapter: KeychainAdapter, service: string): Promise<readonly string[]> {
  if (adapter.findAccounts) return await adapter.findAccounts(service)
  return ((await adapter.findCredentials?.(service)) ?? []).map(({ account }) => account)
}

/** Rejects for a key that can't be stored, instead of throwing at the caller. */
async function withAccount<T>(
  accountOf: (key: string) => string,
  key: string,
  use: (account: string) => Promise<T>
): Promise<T> {
  return use(accountOf(key))
}

/** Checks by a write too: a keychain without a default collection answers "no such entry" to every read. */
async function checkAdapter(adapter: KeychainAdapter, service: string): Promise<void> {
  const account = PROBE_START + randomBytes(8).toString('hex')
  const value = randomBytes(16).toString('hex')
  await adapter.setPassword(service, account, value)
  const found = await adapter.getPassword(service, account)
  await adapter.deletePassword(service, account)
  if (found !== value) throw new VaultError('KEYCHAIN_UNAVAILABLE')
}

function isKey(key: string | null): key is string {
  return key !== null
}

type KeychainItemOptions = {
  readonly service: string
  /** Number of characters that an item can hold; longer values go to `overflow`. Infinity: no limit. */
  readonly maxItemLength: number
  /** Files for longer values. Null: a longer value is refused. */
  readonly overflow: OverflowFiles | null
}

/** The item of an account, by an open adapter. All functions reject as the adapter does, and as said here. */
type KeychainItems = {
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
 * Values as items of one service; a value that is too long is in an overflow file to which its item points.
 */
function keychainItems({ service, maxItemLength, overflow }: KeychainItemOptions): KeychainItems {
  async function read(adapter: KeychainAdapter, account: string): Promise<string | null> {
    const item = await adapter.getPassword(service, account)
    const pointer = item === null ? null : readPointer(item)
    if (!pointer) return item
    if (!overflow) throw new VaultError('CREDENTIAL_UNREADABLE')
    return overflow.read(account, pointer)
  }

  /**
   * The overflow file of the present item. Null: the item has no such file, or it is unreadable and may be replaced.
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
