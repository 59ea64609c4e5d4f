import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync
} from 'node:fs'
import { chmod, lstat, mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { VaultError } from '#shared/problem.ts'

export const PRIVATE_FILE_MODE = 0o600
export const PRIVATE_DIR_MODE = 0o700
const MAX_FILE_SIZE = 16 * 1024 * 1024
const FOR_OTHERS = 0o077
const hasModes = process.platform !== 'win32'
/** Refuses broken bytes instead of replacing them, and keeps a byte order mark. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Makes the folder (0700, durable) or checks it: a folder that others may enter is closed; a link or another
 * user's folder is refused with STORE_WRITE_FAILED.
 */
export async function ensurePrivateDir(path: string): Promise<void> {
  // A slash at the end is removed, because with it a link would be followed.
  const dir = resolve(path)
  try {
    const firstMade = await makeDirs(dir)
    const found = await lstat(dir)
    if (!found.isSymbolicLink() && !found.isDirectory()) throw notAFolder()
    if (found.isSymbolicLink() || isForeign(found.uid)) throw notOurs()
    if (isOpenToOthers(found)) await chmod(dir, PRIVATE_DIR_MODE)
    if (firstMade !== null) await syncNewDirs(firstMade, dir)
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

/**
 * Makes the folder and the missing ones above it, each 0700; `dir` is absolute. Returns the first that was
 * missing. Rejects with the system's error. Folders are made one by one: Node's own `recursive` never returns
 * where a folder is missing and can't be made, as below /proc. Null: all were there.
 */
async function makeDirs(dir: string): Promise<string | null> {
  const missing = missingDirs(dir)
  for (const each of missing) {
    await mkdir(each, { mode: PRIVATE_DIR_MODE }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error // another process was first
    })
  }
  return missing[0] ?? null
}

/**
 * Makes the folders synchronously: before Electron is ready, and for the folder of a settings file. Throws.
 */
export function makePrivateDirs(dir: string): void {
  for (const each of missingDirs(dir)) {
    try {
      mkdirSync(each, PRIVATE_DIR_MODE)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}

/** Returns the missing folders, outermost first. */
function missingDirs(dir: string): string[] {
  const missing: string[] = []
  for (let at = dir; isAbsent(at); at = dirname(at)) missing.unshift(at)
  return missing
}

/** Syncs the parents of new folders. A folder and its contents are durable only when its parent is. */
async function syncNewDirs(first: string, last: string): Promise<void> {
  for (let dir = last; dir.length >= first.length; dir = dirname(dir)) await syncDir(dirname(dir))
}

/**
 * Errors of file systems that can't sync a folder: CIFS, vboxsf, folders that are synchronized with a server.
 */
const NO_FOLDER_SYNC = new Set(['EINVAL', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'])

/**
 * Syncs a folder, which makes the names in it durable. Windows can't open a folder and does not need this
 * step. False: the file system can't sync a folder, so the names are as durable as it makes them.
 */
export async function syncDir(dir: string): Promise<boolean> {
  if (process.platform === 'win32') return true
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
    return true
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(errorCode(error) ?? '')) throw error
    return false
  } finally {
    await handle.close()
  }
}

function notAFolder(): VaultError {
  return new VaultError('STORE_WRITE_FAILED', {
    message:
      'There is a file at the path of the data folder. Move it away, or choose another folder with LATCHKEY_HOME.'
  })
}

function notOurs(): VaultError {
  return new VaultError('STORE_WRITE_FAILED', {
    message: 'The folder of the secrets is a link or belongs to another user. Nothing was written.'
  })
}

/**
 * Returns the text of a file. A file that others may read is closed. Throws CREDENTIAL_UNREADABLE for a link,
 * another user's file, a folder, a file larger than a secret can be, and bytes that are not UTF-8. Null:
 * there is no file. The system is asked synchronously, for the reason given at `isAbsent`.
 */
export async function readPrivateFile(path: string): Promise<string | null> {
  try {
    if (isAbsent(path)) return null
    // O_NONBLOCK: opening a pipe would wait for ever.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
    const file = openSync(path, flags)
    try {
      const found = fstatSync(file)
      if (!found.isFile() || isForeign(found.uid) || found.size > MAX_FILE_SIZE) {
        throw new VaultError('CREDENTIAL_UNREADABLE')
      }
      if (isOpenToOthers(found)) closeToOthers(file)
      return strictUtf8.decode(readFileSync(file))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    if (error instanceof VaultError) throw error
    throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/** On a disk that is mounted read-only the mode can't be changed, but the file can still be read. */
function closeToOthers(file: number): void {
  try {
    fchmodSync(file, PRIVATE_FILE_MODE)
  } catch {
    // It is read as it is.
  }
}

/**
 * True if the name does not exist, not even as a link with a missing target. Synchronous, because most reads
 * of the secure store end here and a switch to a thread and back takes twenty times as long. Throws the
 * system's error.
 */
export function isAbsent(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined
}

/**
 * Throws CREDENTIAL_UNREADABLE if a folder of secrets is a link or another user's. False: it does not exist,
 * which is the same as an empty one. Synchronous for the same reason as `isAbsent`.
 */
export function assertOwnDir(path: string): boolean {
  try {
    const found = lstatSync(resolve(path), { throwIfNoEntry: false })
    if (found && (!found.isDirectory() || isForeign(found.uid))) {
      throw new VaultError('CREDENTIAL_UNREADABLE', {
        message: 'The folder of the secrets is a link or belongs to another user. It was left untouched.'
      })
    }
    return found !== undefined
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/** Returns the system's error code, such as `ENOENT`. Null: the error is not the system's. */
export function errorCode(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code ?? null
}

export function isOpenToOthers({ mode }: { readonly mode: number }): boolean {
  return hasModes && (mode & FOR_OTHERS) !== 0
}

export function isForeign(uid: number): boolean {
  return process.getuid !== undefined && uid !== process.getuid()
}

/** Returns whether a process with this id runs, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}
