import { VaultError, toProblem } from '#shared/problem.ts'
import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { KeyedQueue } from '../core/keyed-queue.ts'
import { defaultKeychainLoader } from './keychain/keychain-client.ts'
import type { EncryptedFileBackend, FileRecord } from './backends/encrypted-file-backend.ts'
import { KeychainAccess } from './keychain/keychain-access.ts'
import type { KeychainBackend } from './keychain/keychain-backend.ts'
import { assertStorableKey, assertStorableValue } from './files/file-names.ts'
import type { CredentialStore, StoredValue } from './store/credential-store.ts'
import { filesOf, keychainOf, type SecureStoreOptions } from './secure-store-options.ts'

/**
 * Key → secret: in the keychain first, in encrypted files where the policy allows it (document 004).
 *
 * A value is kept in one place. A write to the keychain removes the file. If the keychain refuses a write,
 * the value goes to the file, which is marked as newer than any item: a keychain that works again does not
 * bring back an old value. In all other cases the keychain wins.
 */
export class SecureStore implements CredentialStore {
  readonly id = 'keychain'
  readonly #options: SecureStoreOptions
  readonly #access: KeychainAccess
  readonly #keychain: KeychainBackend
  readonly #files: EncryptedFileBackend | null
  readonly #queue = new KeyedQueue()

  constructor(serviceName: string, options: SecureStoreOptions = {}) {
    this.#options = options
    this.#access = new KeychainAccess({
      load: options.keychainLoader ?? defaultKeychainLoader(),
      deadlines: { probeMs: 2500, callMs: 60_000, ...options.deadlines },
      now: options.now ?? (() => performance.now())
    })
    this.#keychain = keychainOf(serviceName, options, this.#access)
    this.#files = filesOf(serviceName, options)
  }

  /** Prepares the keychain for a use of this key that is near. Never throws and never raises a prompt. */
  prepare(key: string): void {
    if (!this.#options.forceFiles) this.#keychain.prepare(key)
  }

  /**
   * Writes a value: durable and read back when it resolves. Throws KEYCHAIN_*, STORE_WRITE_FAILED,
   * INVALID_REQUEST.
   */
  async set(key: string, value: string): Promise<void> {
    await this.put(key, value)
  }

  /** Writes as `set` does and returns the backend that holds the value now. */
  put(key: string, value: string): Promise<BackendId> {
    return this.#queue.run(key, () => this.#put(key, value))
  }

  /**
   * Returns the value; never deletes. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*. Null: there is no such key.
   */
  async get(key: string): Promise<string | null> {
    return (await this.read(key))?.value ?? null
  }

  /** Reads as `get` does and returns the value with the backend it came from. */
  read(key: string): Promise<StoredValue | null> {
    return this.#queue.run(key, () => this.#read(key))
  }

  /** Removes the item and the file. Throws KEYCHAIN_* or STORE_WRITE_FAILED. False: neither was there. */
  delete(key: string): Promise<boolean> {
    return this.#queue.run(key, () => this.#delete(key))
  }

  /**
   * Returns the keys of the catalog, of the files and, where the adapter offers it, of the keychain, sorted.
   */
  async list(): Promise<string[]> {
    const inKeychain = this.#options.forceFiles ? [] : await this.#orNone(this.#keychain.list())
    const inFiles = (await this.#files?.list()) ?? []
    return [...new Set([...inKeychain, ...inFiles])].toSorted()
  }

  /** Returns the keys that are in the keychain and in the files themselves. Throws KEYCHAIN_*. */
  async find(): Promise<readonly string[]> {
    const inKeychain = this.#options.forceFiles ? [] : await this.#orNone(this.#keychain.find())
    return [...new Set([...inKeychain, ...((await this.#files?.list()) ?? [])])]
  }

  /** Returns whether there is a value for the key. Throws as `get`. */
  async has(key: string): Promise<boolean> {
    return (await this.read(key)) !== null
  }

  /** Returns whether the keychain writes, reads and deletes a value; the result is kept for 60 seconds. */
  async isKeychainAvailable(): Promise<boolean> {
    return !this.#options.forceFiles && (await this.#keychain.probe()) === null
  }

  /** Returns the state of the store for a person to read. Never throws. */
  async health(): Promise<StorageHealth> {
    return describeHealth({
      problem: this.#options.forceFiles ? 'forced' : await this.#keychain.probe(),
      mayUseFiles: this.#mayUseFiles(),
      platform: this.#options.platform ?? process.platform
    })
  }

  /**
   * Removes half-written files of killed processes, at the start. Throws only if the folders can't be read.
   */
  async tidy(): Promise<void> {
    await this.#files?.tidy()
    if (!this.#options.forceFiles) await this.#keychain.sweep()
  }

  /** Ends the helper process; calls that are under way reject. */
  async close(): Promise<void> {
    this.#access.close()
  }

  async #orNone(keys: Promise<readonly string[]>): Promise<readonly string[]> {
    try {
      return await keys
    } catch (error) {
      if (this.#isFilesOnly(error)) return []
      throw error
    }
  }

  async #put(key: string, value: string): Promise<BackendId> {
    assertStorableKey(key)
    assertStorableValue(value)
    if (this.#options.forceFiles) return this.#putFile(key, { value, newer: true }, null)
    try {
      await this.#keychain.set(key, value)
    } catch (error) {
      const newer = this.#options.residence?.(key) === 'keychain' || (await this.#hasAdapter())
      return this.#putFile(key, { value, newer }, error)
    }
    await this.#files?.delete(key)
    return 'keychain'
  }

  async #putFile(key: string, record: FileRecord, problem: unknown): Promise<BackendId> {
    if (!this.#files || (problem && !this.#mayUseFiles())) {
      throw (
        problem ?? new VaultError('STORE_WRITE_FAILED', { message: 'No folder for encrypted files is set.' })
      )
    }
    await this.#files.write(key, record)
    return 'encrypted-file'
  }

  async #read(key: string): Promise<StoredValue | null> {
    assertStorableKey(key)
    const file = (await this.#files?.read(key)) ?? null
    const fromFile = file && ({ value: file.value, backend: 'encrypted-file' } as const)
    if (this.#options.forceFiles || file?.newer) return fromFile
    try {
      const value = await this.#keychain.get(key)
      return value === null ? fromFile : { value, backend: 'keychain' }
    } catch (error) {
      if (fromFile || this.#isFilesOnly(error, key)) return fromFile
      throw error
    }
  }

  async #delete(key: string): Promise<boolean> {
    assertStorableKey(key)
    // The item is deleted first: if its deletion failed after that of the file, an older value would come
    // back.
    const fromKeychain = this.#options.forceFiles ? false : await this.#deleteItem(key)
    const fromFile = (await this.#files?.delete(key)) ?? false
    return fromKeychain || fromFile
  }

  async #deleteItem(key: string): Promise<boolean> {
    try {
      return await this.#keychain.delete(key)
    } catch (error) {
      if (this.#isFilesOnly(error, key)) return false
      throw error
    }
  }

  /**
   * Returns whether the files alone may answer: there is no keychain, and the key is not known to be in it.
   */
  #isFilesOnly(error: unknown, key?: string): boolean {
    const isAway = error instanceof VaultError && error.code === 'KEYCHAIN_UNAVAILABLE'
    const residence = key === undefined ? null : (this.#options.residence?.(key) ?? null)
    return isAway && (residence === null ? this.#mayUseFiles() : residence === 'encrypted-file')
  }

  #mayUseFiles(): boolean {
    const { fallbackPolicy = 'allow' } = this.#options
    const policy = typeof fallbackPolicy === 'function' ? fallbackPolicy() : fallbackPolicy
    return this.#files !== null && policy === 'allow'
  }

  async #hasAdapter(): Promise<boolean> {
    return (await this.#access.adapter().catch(() => true)) !== null
  }
}

const keychainLabels: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager'
}
const LINUX_LABEL = 'System keyring (Secret Service)'
const FILES_LABEL = 'Encrypted files on this computer'

type Findings = {
  /** Null: the keychain works. `forced`: the keychain must not be used. */
  readonly problem: VaultError | 'forced' | null
  readonly mayUseFiles: boolean
  readonly platform: NodeJS.Platform
}

/** Describes the state of the store in words for a person. Pure. */
function describeHealth({ problem, mayUseFiles, platform }: Findings): StorageHealth {
  const label = keychainLabels[platform] ?? LINUX_LABEL
  if (problem === null) return { backend: 'keychain', label, state: 'healthy', problem: null }
  if (problem === 'forced') {
    return { backend: 'encrypted-file', label: FILES_LABEL, state: 'degraded', problem: null }
  }
  if (mayUseFiles) {
    return { backend: 'encrypted-file', label: FILES_LABEL, state: 'degraded', problem: toProblem(problem) }
  }
  const state = problem.code === 'KEYCHAIN_UNAVAILABLE' ? 'unavailable' : 'locked'
  return { backend: null, label, state, problem: toProblem(problem) }
}
