import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import type { BackendId } from '#shared/credential.ts'
import type { SecretBackend } from '../../core/ports.ts'
import {
  removeFile,
  sweepOnce,
  sweepTemporaryFiles,
  writeFileAtomic,
  listNames
} from '../files/atomic-file.ts'
import { keyFileNames, assertStorableKey, assertStorableValue } from '../files/file-names.ts'
import { assertOwnDir, ensurePrivateDir, readPrivateFile } from '../files/private-files.ts'
import { StoreLock } from '../store/store-lock.ts'

const LOCKS = '.locks'

/** The way in which a kind of store writes a key and its value into a file. */
export type KeyFileFormat = {
  readonly id: BackendId
  /** For example `.token.json`. */
  readonly extension: string
  readonly encode: (key: string, value: string) => Promise<string> | string
  /** Throws CREDENTIAL_UNREADABLE unless `encode` made the text for this key. */
  readonly decode: (key: string, text: string) => Promise<string> | string
  /** Returns the key that the text states; it is needed if the file name was cut. Null: the text has none. */
  readonly keyInside: (text: string) => string | null
  /** Mode that is set after the atomic replace; default: the owner may read and write. */
  readonly mode?: number
}
type KeyFileOptions = {
  readonly dir: string
  /** Default: a lock in `<dir>/.locks`, which all processes that use the folder share. */
  readonly lock?: StoreLock
}

/** A file per key: replaced whole, durable when a write resolves, under the lock of its key. */
export function createKeyFiles(format: KeyFileFormat, options: KeyFileOptions): SecretBackend {
  const { dir, lock = new StoreLock({ dir: join(dir, LOCKS) }) } = options
  const { pathOf, has, keys } = keyFileNames(dir, format.extension, format.keyInside)
  const swept = sweepOnce(dir)
  return {
    id: format.id,
    get: async (key) => {
      assertStorableKey(key)
      assertOwnDir(dir)
      const text = await readPrivateFile(pathOf(key))
      return text === null ? null : format.decode(key, text)
    },
    set: async (key, value) => {
      assertStorableKey(key)
      assertStorableValue(value)
      await ensurePrivateDir(dir)
      await swept()
      await lock.exclusive(key, async () => {
        await writeFileAtomic(pathOf(key), await format.encode(key, value))
        if (format.mode !== undefined) await setMode(pathOf(key), format.mode)
      })
    },
    delete: async (key) => {
      assertStorableKey(key)
      assertOwnDir(dir)
      // A half-written file of a killed process may contain this very value. `has` comes before the lock,
      // which would make a folder for a store that was never written to.
      await sweepTemporaryFiles(dir)
      if (!(await has(key))) return false
      return lock.exclusive(key, () => removeFile(pathOf(key)))
    },
    list: keys,
    tidy: async () => void (await sweepTemporaryFiles(dir))
  }
}

/** Sets the mode. The new content is already durable; a failure counts only on file systems with modes. */
async function setMode(path: string, mode: number): Promise<void> {
  await chmod(path, mode).catch((error: unknown) => {
    if (process.platform !== 'win32') throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  })
}

/**
 * Removes the key if there are no encrypted files: it opens nothing any more, and its passphrase may be
 * forgotten and would block a new one. For a store that is not in use.
 */
export async function removeUnusedKey({
  dir,
  keyDir
}: {
  readonly dir: string
  readonly keyDir: string
}): Promise<void> {
  const names = await listNames(dir)
  if (names.every((name) => !name.endsWith('.enc'))) await removeFile(join(keyDir, 'machine-key.json'))
}
