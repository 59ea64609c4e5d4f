import { join } from 'node:path'
import type { SecretBackend } from '../../core/ports.ts'
import { VaultError } from '#shared/problem.ts'
import { removeFile, sweepOnce, sweepTemporaryFiles, writeFileAtomic } from '../files/atomic-file.ts'
import { keyFileName, keyFileNames } from '../files/key-file-names.ts'
import { isNewerEnvelope, NEWER, openEnvelope, parseEnvelope, sealEnvelope } from './envelope.ts'
import { keyHolder } from './key-holder.ts'
import type { KeyHolder } from './key-holder.ts'
import { assertOwnDir, ensurePrivateDir, isAbsent, readPrivateFile } from '../files/private-files.ts'
import { assertStorableKey, assertStorableValue } from '../files/safe-name.ts'
import { StoreLock } from '../store/store-lock.ts'

const EXTENSION = '.enc'

export type EncryptedFileOptions = {
  /** One `{key}.enc` per key lies here. */
  readonly dir: string
  /** Folder of the key, apart from the files, so that a copy of the files alone opens nothing. */
  readonly keyDir: string
  /**
   * `machine` (default): a key is made by itself and lies in `keyDir` in clear, for which the person has to have
   * consented. `passphrase`: nothing is stored before `protect`, or opened before `unlock`.
   */
  readonly protection?: 'machine' | 'passphrase'
  /** Whose files they are; another service's in the same folder are not opened. Default: Latchkey's own. */
  readonly service?: string
  /** Default: one over `<keyDir>/.locks`, which every process that uses the store shares. */
  readonly lock?: StoreLock
}
export type FileRecord = { readonly value: string; readonly newer: boolean }

export type EncryptedFileBackend = SecretBackend &
  Omit<KeyHolder, 'sealingKey'> & {
    /** As `get`, and whether the record was written while the keychain could not be reached. */
    read(key: string): Promise<FileRecord | null>
    write(key: string, record: FileRecord): Promise<void>
    /** At start: removes what killed processes left half written. */
    tidy(): Promise<void>
  }

/**
 * Secrets in files sealed with AES-256-GCM under a random key of this machine. Files that can't be opened stay where
 * they are: CREDENTIAL_UNREADABLE. Files without their key never make a new key.
 */
export function createEncryptedFileBackend(options: EncryptedFileOptions): EncryptedFileBackend {
  const { dir, service, lock = new StoreLock({ dir: join(options.keyDir, '.locks') }) } = options
  const { pathOf, all, has, keys } = keyFileNames(dir, EXTENSION, (file) => parseEnvelope(file).key)
  const held = keyHolder(options, { lock, hasNoFiles: async () => (await all()).length === 0 })
  const swept = sweepOnce(dir)

  /** The sweep of an earlier process's half-written files, before the first touch. */
  function prepare(): Promise<void> {
    assertOwnDir(dir)
    return swept()
  }

  async function read(key: string): Promise<FileRecord | null> {
    assertStorableKey(key)
    // Where everything is in the keychain there is no folder: neither a name nor a look at it is needed.
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
      await prepare()
      if (isAbsent(pathOf(key)) || !(await has(key))) return false
      return lock.exclusive(key, () => removeFile(pathOf(key)))
    },
    list: keys
  }
}

/** Name of the file of a key. */
export function encryptedName(key: string): string {
  return keyFileName(key, EXTENSION)
}

/** What is merely broken may be replaced; what a newer Latchkey can still read may not. */
async function assertNotNewer(path: string): Promise<void> {
  const present = await readPrivateFile(path).catch(() => null)
  if (present !== null && isNewerEnvelope(present)) {
    throw new VaultError('STORE_WRITE_FAILED', { message: NEWER })
  }
}
