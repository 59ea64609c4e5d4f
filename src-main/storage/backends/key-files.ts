import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import type { BackendId } from '#shared/credential.ts'
import type { SecretBackend } from '../../core/ports.ts'
import { listNames, removeFile, sweepTemporaryFiles, writeFileAtomic } from '../files/atomic-file.ts'
import { assertOwnDir, ensurePrivateDir, readPrivateFile } from '../files/private-files.ts'
import { assertStorableKey, assertStorableValue, keyOfSafeName, safeName } from '../files/safe-name.ts'
import { StoreLock } from '../store-lock.ts'

const MAX_NAME = 180
const LOCKS = '.locks'

/** How one kind of store writes a key and its value into a file of its own. */
export type KeyFileFormat = {
  readonly id: BackendId
  /** `.token.json`. */
  readonly extension: string
  readonly encode: (key: string, value: string) => Promise<string> | string
  /** Throws CREDENTIAL_UNREADABLE for anything but the text that `encode` made for this key. */
  readonly decode: (key: string, text: string) => Promise<string> | string
  /** The key that the text claims to be of, for a name that was cut; null: it names none. */
  readonly keyInside: (text: string) => string | null
  /** Set after the atomic replace; default: the owner may read and write. */
  readonly mode?: number
}
type KeyFileOptions = {
  readonly dir: string
  /** Default: one over `<dir>/.locks`, which every process that uses the folder shares. */
  readonly lock?: StoreLock
}

/** One file per key: replaced whole, durable when a write resolves, under the lock of its key. */
export function createKeyFiles(format: KeyFileFormat, options: KeyFileOptions): SecretBackend {
  const { dir, lock = new StoreLock({ dir: join(dir, LOCKS) }) } = options
  const pathOf = (key: string): string => join(dir, safeName(key, MAX_NAME) + format.extension)
  let swept: Promise<unknown> | null = null
  const prepare = async (): Promise<void> => {
    swept ??= sweepTemporaryFiles(dir)
    await swept.catch((error: unknown) => {
      swept = null
      throw error
    })
  }
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
      await prepare()
      await lock.exclusive(key, async () => {
        await writeFileAtomic(pathOf(key), await format.encode(key, value))
        if (format.mode !== undefined) await setMode(pathOf(key), format.mode)
      })
    },
    delete: async (key) => {
      assertStorableKey(key)
      assertOwnDir(dir)
      if (!(await exists(dir, pathOf(key)))) return false
      return lock.exclusive(key, () => removeFile(pathOf(key)))
    },
    list: async () => {
      assertOwnDir(dir)
      const names = (await listNames(dir)).filter((name) => name.endsWith(format.extension))
      const keys = await Promise.all(names.map((name) => keyOfFile(format, dir, name)))
      return keys.filter((key) => key !== null).toSorted()
    }
  }
}

/** Asked before a removal, so that it gives no folder to a store that nobody has written to. */
async function exists(dir: string, path: string): Promise<boolean> {
  return (await listNames(dir)).some((name) => join(dir, name) === path)
}

/** From the name; from inside the file if the name was cut. Null: a file of somebody else's, or a broken one. */
async function keyOfFile(format: KeyFileFormat, dir: string, name: string): Promise<string | null> {
  const fromName = keyOfSafeName(name.slice(0, -format.extension.length))
  if (fromName !== null) return fromName
  try {
    const text = await readPrivateFile(join(dir, name))
    const key = text === null ? null : format.keyInside(text)
    return key !== null && safeName(key, MAX_NAME) + format.extension === name ? key : null
  } catch {
    return null
  }
}

/** The new content stands already, durably; a file system without modes is no reason to say that it does not. */
async function setMode(path: string, mode: number): Promise<void> {
  await chmod(path, mode).catch((error: unknown) => {
    if (process.platform !== 'win32') throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  })
}
