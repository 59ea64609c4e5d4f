import { randomBytes } from 'node:crypto'
import type { SecretBackend } from '../../core/ports.ts'
import { VaultError } from '#shared/problem.ts'
import { toKeychainProblem } from './keychain-error.ts'
import type { KeychainAccess } from './keychain-access.ts'
import { isProbe, PROBE_START } from './keychain-probe.ts'
import type { KeytarAdapter, Removal } from './keytar-adapter.ts'
import { looksLikePointer, readPointer, writePointer } from './overflow-files.ts'
import type { OverflowFiles, Pointer } from './overflow-files.ts'
import { assertStorableKey, assertStorableValue, keyOfSafeName, safeName } from '../files/safe-name.ts'

/** Windows allows 513 characters of user name. */
const MAX_ACCOUNT = 400

export type KeychainBackendOptions = {
  readonly service: string
  readonly access: KeychainAccess
  /** Characters an item may hold; longer values go to `overflow`. Infinity: no limit. */
  readonly maxItemLength: number
  /** Null: a longer value is refused. */
  readonly overflow: OverflowFiles | null
  /** Accounts that differ in case alone would meet, so they are written in lower case only. */
  readonly caseInsensitive: boolean
  /** Keys of the catalog; null: what the adapter finds by itself is all. */
  readonly knownKeys: (() => Promise<readonly string[]> | readonly string[]) | null
}

export type KeychainBackend = SecretBackend & {
  /** A use of this key is near. Never throws, asks nobody and changes nothing. */
  prepare(key: string): void
  /** Null: the keychain takes, gives back and forgets a value. Else why not. */
  probe(): Promise<VaultError | null>
  /** At start: settles the overflow files of switches that a crash interrupted. */
  sweep(): Promise<void>
}

/** Secrets in the operating system's keychain, one item per key. Every write and removal is read back. */
export function createKeychainBackend(options: KeychainBackendOptions): KeychainBackend {
  const { service, access, overflow, caseInsensitive } = options
  const accountOf = (key: string): string => {
    assertStorableKey(key)
    return caseInsensitive ? safeName(key, MAX_ACCOUNT) : key
  }

  async function read(adapter: KeytarAdapter, account: string): Promise<string | null> {
    const item = await adapter.getPassword(service, account)
    const pointer = item === null ? null : readPointer(item)
    if (!pointer) return item
    if (!overflow) throw new VaultError('CREDENTIAL_UNREADABLE')
    return overflow.read(account, pointer)
  }

  /** The overflow file of the present item; null: none, or an item nobody can read, which may be replaced. */
  async function presentPointer(adapter: KeytarAdapter, account: string): Promise<Pointer | null> {
    // No file, no pointer: on a computer whose items have no limit that spares a call each time.
    if (!overflow?.mayHaveFiles()) return null
    try {
      const item = await adapter.getPassword(service, account)
      return item === null ? null : readPointer(item)
    } catch (error) {
      if (toKeychainProblem(error).code === 'CREDENTIAL_UNREADABLE') return null
      throw error
    }
  }

  async function write(adapter: KeytarAdapter, account: string, value: string): Promise<void> {
    const before = await presentPointer(adapter, account)
    const after = await overflowFor(account, value)
    if (before) await overflow?.markUnsure(before)
    await switchItem(adapter, account, after ? writePointer(after) : value)
    // The switch was the commit. What fails from here on is settled at the next start.
    if (after) await overflow?.confirm(after).catch(() => undefined)
    if (before) await overflow?.discard(before).catch(() => undefined)
  }

  async function overflowFor(account: string, value: string): Promise<Pointer | null> {
    if (value.length <= options.maxItemLength && !looksLikePointer(value)) return null
    if (overflow) return overflow.write(account, value)
    throw new VaultError('STORE_WRITE_FAILED', {
      message: 'The keychain takes no value of that length. Nothing was changed.'
    })
  }

  async function switchItem(adapter: KeytarAdapter, account: string, item: string): Promise<void> {
    if (!(await setAndVerify(adapter, service, account, item))) throw new VaultError('STORE_WRITE_FAILED')
  }

  async function remove(adapter: KeytarAdapter, account: string): Promise<boolean> {
    const before = await presentPointer(adapter, account)
    if (before) await overflow?.markUnsure(before)
    const removal = await deleteAndVerify(adapter, service, account)
    if (removal === 'stays') throw new VaultError('STORE_WRITE_FAILED')
    if (before) await overflow?.discard(before).catch(() => undefined)
    return removal === 'removed'
  }

  async function foundKeys(adapter: KeytarAdapter): Promise<readonly string[]> {
    const found = (await adapter.findCredentials?.(service)) ?? []
    const accounts = found.map(({ account }) => account).filter((account) => !isProbe(account))
    return accounts.map((account) => (caseInsensitive ? keyOfSafeName(account) : account)).filter(isKey)
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
    probe: () => access.probe((adapter) => checkAdapter(adapter, service)),
    sweep: async () =>
      overflow?.sweep((account) => access.call((adapter) => adapter.getPassword(service, account)))
  }
}

/** In one step where the adapter offers it, else in two. */
async function setAndVerify(
  adapter: KeytarAdapter,
  service: string,
  account: string,
  item: string
): Promise<boolean> {
  if (adapter.setAndVerify) return adapter.setAndVerify(service, account, item)
  await adapter.setPassword(service, account, item)
  return (await adapter.getPassword(service, account)) === item
}

async function deleteAndVerify(adapter: KeytarAdapter, service: string, account: string): Promise<Removal> {
  if (adapter.deleteAndVerify) return adapter.deleteAndVerify(service, account)
  const removed = await adapter.deletePassword(service, account)
  if ((await adapter.getPassword(service, account)) !== null) return 'stays'
  return removed ? 'removed' : 'absent'
}

/** A key that can't be stored rejects like everything else, instead of throwing at the caller. */
async function withAccount<T>(
  accountOf: (key: string) => string,
  key: string,
  use: (account: string) => Promise<T>
): Promise<T> {
  return use(accountOf(key))
}

/** Reading alone would not do: a keychain without a default collection answers "no such entry" to every question. */
async function checkAdapter(adapter: KeytarAdapter, service: string): Promise<void> {
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
