import { randomBytes } from 'node:crypto'
import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { assertOwnDir, errorCode, PRIVATE_FILE_MODE, syncDir, isAlive } from './private-files.ts'

const temporaryName = /^\.(\d+)-[0-9a-f]{16}\.tmp$/
/** Longer than any write takes. */
const LONGEST_WRITE_MS = 3_600_000

/**
 * Replaces a file so that a crash at any moment leaves the old or the new one: temporary file, fsync, rename,
 * fsync of the folder. Durable when it resolves. Throws STORE_WRITE_FAILED: the old file is unchanged, or, if
 * only the last step failed, the new one is there but may be lost in a power cut.
 */
export async function writeFileAtomic(path: string, data: string): Promise<void> {
  await withTemporary(path, data, (temporary) => rename(temporary, path))
}

/** Creates a file as `writeFileAtomic` does. False: the file exists already, and is unchanged. */
export async function createFileAtomic(path: string, data: string): Promise<boolean> {
  try {
    await withTemporary(path, data, async (temporary) => {
      await link(temporary, path)
      await unlink(temporary)
    })
    return true
  } catch (error) {
    if (!(error instanceof VaultError) || evidenceCode(error) !== 'EEXIST') throw error
    // The process that made the file may have been stopped before this step; the reader relies on it.
    await syncAsWrite(dirname(path))
    return false
  }
}

/** Removes a file, durable when it resolves. Throws STORE_WRITE_FAILED. False: there was no such file. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path)
    await syncDir(dirname(path))
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

/** Renames a file inside its folder, durably. Throws STORE_WRITE_FAILED. False: there was no such file. */
export async function renameFile(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    await syncDir(dirname(to))
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

/** Returns the names in a folder, sorted; empty if there is no such folder. */
export async function listNames(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).toSorted()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/**
 * Removes half-written files of killed processes and returns their number. The file of a living process
 * stays; one that can't be removed now is left for the next start. Throws CREDENTIAL_UNREADABLE if the folder
 * can't be read or is not our own.
 */
export async function sweepTemporaryFiles(dir: string): Promise<number> {
  assertOwnDir(dir)
  let removed = 0
  for (const name of await listNames(dir)) {
    const pid = Number(temporaryName.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid) || (await isBeingWritten(join(dir, name), pid))) continue
    if (await removeFile(join(dir, name)).catch(() => false)) removed += 1
  }
  return removed
}

/**
 * Runs `sweepTemporaryFiles` at the first call; later calls wait for the same sweep. After a failure the next
 * call tries again.
 */
export function sweepOnce(dir: string): () => Promise<void> {
  let swept: Promise<void> | null = null
  const begin = (): Promise<void> =>
    sweepTemporaryFiles(dir).then(
      () => undefined,
      (error: unknown) => {
        swept = null
        throw error
      }
    )
  return () => (swept ??= begin())
}

/** Returns a unique name in the folder of `path` that `sweepTemporaryFiles` recognizes. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${process.pid}-${randomBytes(8).toString('hex')}.tmp`)
}

async function withTemporary(
  path: string,
  data: string,
  publish: (temporary: string) => Promise<void>
): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    const file = await open(temporary, 'wx', PRIVATE_FILE_MODE)
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await publish(temporary)
    await syncDir(dirname(path))
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

/** Returns whether a process may be writing the file; true in case of doubt. */
async function isBeingWritten(path: string, pid: number): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (found === null) return true
  // After a restart any process may have the writer's id.
  if (found.mtimeMs < Date.now() - LONGEST_WRITE_MS) return false
  // Our own id: the file is ours if it is younger than this process, else from an earlier process with the
  // same id.
  if (pid === process.pid) return found.mtimeMs >= Date.now() - process.uptime() * 1000
  return isAlive(pid)
}

async function syncAsWrite(dir: string): Promise<void> {
  await syncDir(dir).catch((error: unknown) => {
    throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  })
}

export function evidenceCode(error: VaultError): string | null {
  return errorCode((error as { evidence?: unknown }).evidence)
}
