import { constants, lstatSync, mkdirSync } from 'node:fs'
import { chmod, lstat, mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { VaultError } from '#shared/problem.ts'

export const PRIVATE_FILE_MODE = 0o600
export const PRIVATE_DIR_MODE = 0o700
const MAX_FILE_SIZE = 16 * 1024 * 1024
const FOR_OTHERS = 0o077
const hasModes = process.platform !== 'win32'
/** Broken bytes must not turn into replacement characters, nor a byte order mark into nothing. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Makes the folder (0700, durable) or checks it: one that others may enter is closed, one that is a link or another
 * user's is refused with STORE_WRITE_FAILED.
 */
export async function ensurePrivateDir(path: string): Promise<void> {
  // Without a slash at its end, with which a link would be followed.
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
 * Makes the folder and those above it that are not there, each 0700; `dir` is absolute. Gives the first that was
 * missing; null: all were there. Rejects with what the system says. One by one, because Node's own `recursive` never
 * returns where the system says that a folder is not there and can not be made, as below /proc.
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

/** As `makeDirs`, for what can not wait: before Electron is ready, and beside a file of settings. Throws. */
export function makePrivateDirs(dir: string): void {
  for (const each of missingDirs(dir)) {
    try {
      mkdirSync(each, PRIVATE_DIR_MODE)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}

/** Outermost first. */
function missingDirs(dir: string): string[] {
  const missing: string[] = []
  for (let at = dir; isAbsent(at); at = dirname(at)) missing.unshift(at)
  return missing
}

/** A folder is durable, and with it everything in it, once the one that names it is. */
async function syncNewDirs(first: string, last: string): Promise<void> {
  for (let dir = last; dir.length >= first.length; dir = dirname(dir)) await syncDir(dirname(dir))
}

/** What file systems answer that can not sync a folder: CIFS, vboxsf, folders that are synchronised with a server. */
const NO_FOLDER_SYNC = new Set(['EINVAL', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'])

/**
 * Names in a folder are durable only once the folder is. Windows can not open a folder and needs no such step. Where the
 * file system has none, the names are as durable as it makes them, and the answer is false.
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
      'In the place of the data folder lies a file. Take it away, or choose another folder with LATCHKEY_HOME.'
  })
}

function notOurs(): VaultError {
  return new VaultError('STORE_WRITE_FAILED', {
    message: 'The folder of the secrets is a link or belongs to somebody else. Nothing was written.'
  })
}

/**
 * The text of a file; null: there is none. A file that others may read is closed. Throws CREDENTIAL_UNREADABLE for a link,
 * another user's file, a folder, anything larger than a secret can be and bytes that are not UTF-8.
 */
export async function readPrivateFile(path: string): Promise<string | null> {
  try {
    if (isAbsent(path)) return null
    // Not blocked by a pipe, which would be waited for without end.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
    const file = await open(path, flags)
    try {
      const found = await file.stat()
      if (!found.isFile() || isForeign(found.uid) || found.size > MAX_FILE_SIZE) {
        throw new VaultError('CREDENTIAL_UNREADABLE')
      }
      // Where it can't be closed, on a disk that is mounted read-only, it can still be read.
      if (isOpenToOthers(found)) await file.chmod(PRIVATE_FILE_MODE).catch(() => undefined)
      return strictUtf8.decode(await file.readFile())
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    if (error instanceof VaultError) throw error
    throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/**
 * True if nothing at all has this name, not even a link to nowhere. Synchronous, because most reads of the secure store
 * end here and a hop to a thread and back takes twenty times as long. Throws what the system says.
 */
export function isAbsent(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined
}

/**
 * Throws CREDENTIAL_UNREADABLE for a folder of secrets that is a link or another user's. False: it is not there, which
 * is as good as an empty one. Synchronous for the reason that `isAbsent` is.
 */
export function assertOwnDir(path: string): boolean {
  try {
    const found = lstatSync(resolve(path), { throwIfNoEntry: false })
    if (found && (!found.isDirectory() || isForeign(found.uid))) {
      throw new VaultError('CREDENTIAL_UNREADABLE', {
        message: 'The folder of the secrets is a link or belongs to somebody else. It was left untouched.'
      })
    }
    return found !== undefined
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/** `ENOENT` and the like; null for an error that is not the system's. */
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

/** Whether a process with this number runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}
