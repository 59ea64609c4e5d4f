import { join } from 'node:path'
import type { SecretBackend } from '../../core/ports.ts'
import { VaultError } from '#shared/problem.ts'
import { removeFile, sweepOnce, sweepTemporaryFiles, writeFileAtomic } from '../files/atomic-file.ts'
import { keyFileName, keyFileNames, assertStorableKey, assertStorableValue } from '../files/file-names.ts'
import { isNewerEnvelope, NEWER, openEnvelope, parseEnvelope, sealEnvelope } from './envelope.ts'
import { keyHolder, type KeyHolder } from './key-holder.ts'
import { assertOwnDir, ensurePrivateDir, isAbsent, readPrivateFile } from '../files/private-files.ts'
import { StoreLock } from '../store/store-lock.ts'

const EXTENSION = '.enc'

export type EncryptedFileOptions = {
  /** Folder of the files, one `{key}.enc` per key. */
  readonly dir: string
  /** Folder of the key, apart from the files, so that a copy of the files alone can't be opened. */
  readonly keyDir: string
  /**
   * `machine` (default): a key is made on first use and is in `keyDir` in clear, with the person's consent.
   * `passphrase`: values are stored only after `protect` and opened only after `unlock`.
   */
  readonly protection?: 'machine' | 'passphrase'
  /**
   * Service that owns the files; those of another service in the same folder can't be opened. Default:
   * Latchkey's own.
   */
  readonly service?: string
  /** Default: a lock in `<keyDir>/.locks`, which all processes that use the store share. */
  readonly lock?: StoreLock
}
export type FileRecord = { readonly value: string; readonly newer: boolean }

export type EncryptedFileBackend = SecretBackend &
  Omit<KeyHolder, 'sealingKey'> & {
    /**
     * Reads as `get` does and returns also whether the record was written while the keychain could not be
     * reached.
     */
    read(key: string): Promise<FileRecord | null>
    write(key: string, record: FileRecord): Promise<void>
    /** Removes half-written files of killed processes, at the start. */
    tidy(): Promise<void>
  }

/**
 * Secrets in files sealed with AES-256-GCM under a random key of this machine. Files that can't be opened are
 * kept: CREDENTIAL_UNREADABLE. If there are files whose key is missing, no new key is made.
 */
export function createEncryptedFileBackend(options: EncryptedFileOptions): EncryptedFileBackend {
  const { dir, service, lock = new StoreLock({ dir: join(options.keyDir, '.locks') }) } = options
  const { pathOf, all, has, keys } = keyFileNames(dir, EXTENSION, (file) => parseEnvelope(file).key)
  const held = keyHolder(options, { lock, hasNoFiles: async () => (await all()).length === 0 })
  const swept = sweepOnce(dir)

  /** Removes half-written files of an earlier process, before the first access. */
  function prepare(): Promise<void> {
    assertOwnDir(dir)
    return swept()
  }

  async function read(key: string): Promise<FileRecord | null> {
    assertStorableKey(key)
    // If everything is in the keychain there is no folder, and this early return saves the work.
    if (!assertOwnDir(dir)) return null
    await swept()
    const file = await readPrivateFile(pathOf(key))
    return file === null ? null : openEnvelope(await held.sealingKey(), key, file, service)
  }

  async function write(key: string, record: FileRecord): Promise<void> {
    assertStorableKey(key)
    assertStorableValue(record.value)
    await ensurePrivateDir(dir)
    await prepare()
    const sealing = await held.sealingKey()
    await lock.exclusive(key, async () => {
      await assertNotNewer(pathOf(key))
      await writeFileAtomic(pathOf(key), sealEnvelope(sealing, { key, ...record }, service))
    })
  }

  return {
    id: 'encrypted-file',
    read,
    write,
    tidy: async () => {
      await prepare()
      await sweepTemporaryFiles(options.keyDir)
    },
    protection: () => held.protection(),
    unlock: (passphrase) => held.unlock(passphrase),
    lock: () => held.lock(),
    protect: (passphrases) => held.protect(passphrases),
    get: async (key) => (await read(key))?.value ?? null,
    set: (key, value) => write(key, { value, newer: false }),
    delete: async (key) => {
      assertStorableKey(key)
      if (!assertOwnDir(dir)) return false
      await swept()
      if (isAbsent(pathOf(key)) || !(await has(key))) return false
      return lock.exclusive(key, () => removeFile(pathOf(key)))
    },
    list: keys
  }
}

/** Returns the name of the file of a key. */
export function encryptedName(key: string): string {
  return keyFileName(key, EXTENSION)
}

/**
 * Throws STORE_WRITE_FAILED for a file that a newer Latchkey wrote. A file that is merely broken may be
 * replaced.
 */
async function assertNotNewer(path: string): Promise<void> {
  const present = await readPrivateFile(path).catch(() => null)
  if (present !== null && isNewerEnvelope(present)) {
    throw new VaultError('STORE_WRITE_FAILED', { message: NEWER })
  }
}
