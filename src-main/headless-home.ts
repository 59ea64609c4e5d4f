import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { Secret } from './core/secret.ts'
import { readPreferences } from '#shared/preferences.ts'
import { type Config, homeLayout } from './config.ts'
import type { Clock } from './core/ports.ts'
import { openCatalog } from './storage/catalog/catalog.ts'
import { StoredCredentialRepository } from './storage/repository/credential-repository.ts'
import { type CatalogFile, isCatalogInUse } from './storage/doctor/doctor-catalog.ts'
import { forkHelper } from './storage/keychain/helper-process.ts'
import { helperKeytarLoader } from './storage/keychain/keychain-client.ts'
import type { KeytarLoader } from './storage/keychain/keychain-adapter.ts'
import { StoreLock } from './storage/store/store-lock.ts'
import type { StorageBasis } from './vault-storage.ts'
import { openSettledStore } from './vault-stores.ts'

/** The process ends with the command, so an alarm must not keep it alive. */
export const commandClock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  }
}
/** Says a sentence to a person, beside what a command writes. */
export const commandWarn = (sentence: string): void => void process.stderr.write(`latchkey: ${sentence}\n`)

/** The keychain behind a helper process, which is the file beside this one, as source under Node's type stripping. */
export function commandKeychain(): KeytarLoader {
  const helper = new URL('storage/keychain/keychain-helper.ts', import.meta.url)
  return helperKeytarLoader(forkHelper(fileURLToPath(helper)))
}

/** What opening a store needs of a catalog that is only looked at; null: there is none, or not yet. */
export function basisOf(file: () => CatalogFile | null): StorageBasis {
  return {
    catalog: {
      keys: () => [...(file()?.keys ?? [])],
      backendOf: (key) => file()?.entries.find(({ ref }) => credentialKey(ref) === key)?.backend ?? null
    },
    preferences: { get: () => readPreferences(file()?.preference('preferences') ?? null) }
  }
}

/** Throws CONFIG_INVALID where a file lies in the place of the home. One that is not there yet is made when it is needed. */
export function requireFolder(home: string): void {
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new VaultError('CONFIG_INVALID', {
      message:
        'In the place of the data folder lies a file. Take it away, or choose another folder with LATCHKEY_HOME.'
    })
  }
}

/** Throws INVALID_REQUEST with `whenOpen` while any process has this catalog open. Makes nothing. */
export function requireClosed(catalog: string, whenOpen: string): void {
  if (!existsSync(catalog) || !isCatalogInUse(catalog)) return
  throw new VaultError('INVALID_REQUEST', { message: whenOpen })
}

/**
 * Opens the home of the settings for one command; `repository.close` ends the keychain helper and the catalog. Throws
 * INVALID_REQUEST with `whenOpen` while Latchkey is open on it: two processes would show two lists, and a sign-in that
 * one of them renews would be held too old by the other.
 */
export async function openClosedHome(config: Config, whenOpen: string) {
  requireFolder(config.home)
  const { catalog: path, locks } = homeLayout(config.home)
  requireClosed(path, whenOpen)
  const catalog = await openCatalog(path)
  const preferences = { get: () => readPreferences(catalog.preference('preferences')) }
  const ports = { clock: commandClock, warn: commandWarn }
  const store = await openSettledStore(
    { ...ports, config, keychain: commandKeychain() },
    { catalog, preferences }
  )
  const repository = new StoredCredentialRepository({ ...ports, store, catalog })
  await repository.recover()
  const lock = new StoreLock({ dir: locks })
  const tokens = {
    current: (ref: CredentialRef) => repository.load(ref),
    exclusively: <T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> =>
      lock.exclusive(credentialKey(ref), task)
  }
  const { passphrase } = store
  const door = {
    isLocked: async () => (await passphrase?.protection()) === 'locked',
    unlock: async (given: string) => {
      await passphrase?.unlock(new Secret(given))
      await repository.recover()
    }
  }
  return { repository, tokens, signOuts: catalog.signOuts, ...door }
}
