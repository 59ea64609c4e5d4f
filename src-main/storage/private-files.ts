import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open } from 'node:fs/promises'
import { VaultError } from '#shared/problem.ts'

export const PRIVATE_FILE_MODE = 0o600
const PRIVATE_DIR_MODE = 0o700
const MAX_FILE_SIZE = 16 * 1024 * 1024
const FOR_OTHERS = 0o077
const hasModes = process.platform !== 'win32'

/**
 * Makes the folder (0700) or checks it: one that others may enter is closed, one that is a link or another user's is
 * refused with STORE_WRITE_FAILED.
 */
export async function ensurePrivateDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: PRIVATE_DIR_MODE })
    const found = await lstat(path)
    if (found.isSymbolicLink() || !found.isDirectory() || isForeign(found.uid)) throw notOurs()
    if (hasModes && (found.mode & FOR_OTHERS) !== 0) await chmod(path, PRIVATE_DIR_MODE)
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

function notOurs(): VaultError {
  return new VaultError('STORE_WRITE_FAILED', {
    message: 'The folder of the secrets is a link or belongs to somebody else. Nothing was written.'
  })
}

/**
 * The text of a file; null: there is none. A file that others may read is closed. Throws CREDENTIAL_UNREADABLE for a link,
 * another user's file, a folder and anything larger than a secret can be.
 */
export async function readPrivateFile(path: string): Promise<string | null> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    try {
      const found = await file.stat()
      if (!found.isFile() || isForeign(found.uid) || found.size > MAX_FILE_SIZE) {
        throw new VaultError('CREDENTIAL_UNREADABLE')
      }
      if (hasModes && (found.mode & FOR_OTHERS) !== 0) await file.chmod(PRIVATE_FILE_MODE)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    if (error instanceof VaultError) throw error
    throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/** `ENOENT` and the like; null for an error that is not the system's. */
export function errorCode(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code ?? null
}

function isForeign(uid: number): boolean {
  return process.getuid !== undefined && uid !== process.getuid()
}
