import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { cleanKey } from '../../core/api-key.ts'
import type { Secret } from '../../core/secret.ts'
import { errorCode } from '../files/private-files.ts'

const LONGEST_PATH = 4096
const LARGEST_FILE = 65_536
const FOR_OTHERS = 0o077
const hasModes = process.platform !== 'win32'

/** True for an absolute path without NUL and half characters. */
export function isKeyfilePath(path: string): boolean {
  return isAbsolute(path) && path.length <= LONGEST_PATH && !path.includes('\0') && path.isWellFormed()
}

/**
 * Reads the key in the first line of a person's own file, which may be a link. The file is never changed.
 * Throws CREDENTIAL_UNREADABLE, with what to do, if the file is missing, unreadable, not a regular file,
 * larger than 64 KiB, open to other users, or without a key.
 */
export async function readKeyfile(path: string): Promise<Secret> {
  const [firstLine = ''] = (await readText(path)).trim().split(/\r\n?|\n/)
  try {
    return cleanKey(firstLine)
  } catch {
    throw unreadable('The key file holds no key in its first line. Write the key there, and nothing else.')
  }
}

async function readText(path: string): Promise<string> {
  try {
    // Without O_NONBLOCK, opening a named pipe without a writer would never return.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      await assertPrivate(file)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof VaultError) throw error
    if (errorCode(error) === 'ENOENT') {
      throw unreadable('The key file is not there. Put it back, or set another path.', error)
    }
    throw unreadable('The key file can’t be read. Check its path and who may read it.', error)
  }
}

async function assertPrivate(file: FileHandle): Promise<void> {
  const found = await file.stat()
  if (!found.isFile()) throw unreadable('The path of the key file does not lead to a file. Set another path.')
  if (found.size > LARGEST_FILE)
    throw unreadable('The key file is larger than a key can be. Set another path.')
  if (hasModes && (found.mode & FOR_OTHERS) !== 0) {
    throw unreadable('Other users may read the key file. Close it with: chmod 600')
  }
}

function unreadable(message: string, cause?: unknown): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', { message, cause })
}
