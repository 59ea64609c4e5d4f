import { randomBytes } from 'node:crypto'
import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { errorCode, PRIVATE_FILE_MODE } from './private-files.ts'

const temporaryName = /^\.(\d+)-[0-9a-f]{16}\.tmp$/

/**
 * Replaces a file so that a crash at any moment leaves the old or the new one: temporary file, fsync, rename, fsync of
 * the folder. Durable when it resolves. Throws STORE_WRITE_FAILED; the old file is then unchanged.
 */
export async function writeFileAtomic(path: string, data: string): Promise<void> {
  await withTemporary(path, data, (temporary) => rename(temporary, path))
}

/** As `writeFileAtomic`, but false, and nothing changed, if there is such a file already. */
export async function createFileAtomic(path: string, data: string): Promise<boolean> {
  try {
    await withTemporary(path, data, async (temporary) => {
      await link(temporary, path)
      await unlink(temporary)
    })
    return true
  } catch (error) {
    if (error instanceof VaultError && evidenceCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Durable when it resolves. False: there was no such file. Throws STORE_WRITE_FAILED. */
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

/** Gives the file another name in its folder; durable. False: there was no such file. Throws STORE_WRITE_FAILED. */
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

/** Names in a folder, sorted; empty if there is no such folder. */
export async function listNames(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).toSorted()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/** Removes what killed processes left half written. A living process's file stays. Returns how many went. */
export async function sweepTemporaryFiles(dir: string): Promise<number> {
  let removed = 0
  for (const name of await listNames(dir)) {
    const pid = Number(temporaryName.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid) || (await isBeingWritten(join(dir, name), pid))) continue
    if (await removeFile(join(dir, name))) removed += 1
  }
  return removed
}

async function withTemporary(
  path: string,
  data: string,
  publish: (temporary: string) => Promise<void>
): Promise<void> {
  const temporary = join(dirname(path), `.${process.pid}-${randomBytes(8).toString('hex')}.tmp`)
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

/** The rename itself is durable only once its folder is. Windows can not open a folder and needs no such step. */
async function syncDir(dir: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function isBeingWritten(path: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return isAlive(pid)
  // Our own number: ours if it is younger than this process, else of an earlier one that had the same number.
  const found = await stat(path).catch(() => null)
  return found !== null && found.mtimeMs >= Date.now() - process.uptime() * 1000
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}

function evidenceCode(error: VaultError): string | null {
  return errorCode((error as { evidence?: unknown }).evidence)
}
