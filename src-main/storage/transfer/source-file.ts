import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../../core/secret.ts'
import type { ImportText, PlaintextFile } from '../../core/transfer/transfer-ports.ts'
import { removeFile, writeFileAtomic } from '../files/atomic-file.ts'
import { errorCode, isForeign } from '../files/private-files.ts'

const MAX_FILE_SIZE = 16 * 1024 * 1024
const AGE_HEAD = 'age-encryption.org/v1\n'
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a file that a person chose; `shown` is the displayed form of its path. Throws INVALID_REQUEST if it
 * is missing, not a regular file, larger than 16 MiB or not text, and CREDENTIAL_UNREADABLE if it can't be
 * read.
 */
export async function readImportFile(path: string, shown: string): Promise<ImportText> {
  const bytes = await readRegular(path, 0)
  const text =
    bytes.toString('latin1', 0, AGE_HEAD.length) === AGE_HEAD ? bytes.toString('latin1') : decoded(bytes)
  const file: PlaintextFile = { isOwn: await isOwnFile(path), take: takeFile(path, digest(bytes)) }
  bytes.fill(0)
  return { text: new Secret(text), fileName: basename(path), path: shown, file }
}

/** Decodes UTF-8 without the byte order mark that editors on Windows and Apple systems put first. */
function decoded(bytes: Buffer): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    throw refused('The file is not text in UTF-8. Save it as UTF-8 and choose it again.')
  }
}

function takeFile(path: string, read: string): PlaintextFile['take'] {
  return async (rest) => {
    if (!(await isOwnFile(path))) return false
    const bytes = await readRegular(path, constants.O_NOFOLLOW ?? 0)
    const isUnchanged = digest(bytes) === read
    bytes.fill(0)
    if (!isUnchanged) return false
    if (rest === null) return await removeFile(path)
    await writeFileAtomic(path, rest)
    return true
  }
}

/**
 * Returns whether the file may be removed: not a link, another user's file, or a file with a second name,
 * under which the plaintext would stay.
 */
async function isOwnFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  return found !== null && found.isFile() && !isForeign(found.uid) && found.nlink === 1
}

/** Reads a regular file. O_NONBLOCK: opening a pipe would wait for ever. */
async function readRegular(path: string, flags: number): Promise<Buffer> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags)
    try {
      const found = await file.stat()
      if (!found.isFile()) throw refused('Choose a file; this is a folder or a device.')
      if (found.size > MAX_FILE_SIZE) throw refused('The file is larger than 16 MiB. Choose another one.')
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof VaultError) throw error
    if (errorCode(error) === 'ENOENT') throw refused('There is no such file.')
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'The file can’t be read. Check who may read it.',
      cause: error
    })
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
