import { randomBytes } from 'node:crypto'
import type { SecretBackend } from '../../core/ports.ts'
import { VaultError } from '#shared/problem.ts'
import type { KeychainAccess } from './keychain-access.ts'
import { isProbe, PROBE_START } from './helper-protocol.ts'
import { type KeychainItemOptions, keychainItems } from './keychain-items.ts'
import type { KeychainAdapter } from './keychain-adapter.ts'
import { assertStorableKey, assertStorableValue, keyOfSafeName, safeName } from '../files/safe-name.ts'

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
