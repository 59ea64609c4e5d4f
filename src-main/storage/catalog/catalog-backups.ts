import { chmod, copyFile, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { backup } from 'node:sqlite'
import { VaultError } from '#shared/problem.ts'
import { type Tally, isExplained, tallyOf } from './catalog-tally.ts'
import { ensurePrivateDir, PRIVATE_FILE_MODE, syncDir } from '../files/private-files.ts'
import { openSqlite, readSqlite } from '../files/sqlite-file.ts'

/** Number of daily backups that are kept. */
const KEPT = 7
const NAME = /^catalog-(\d{4}-\d{2}-\d{2})\.db$/

export type CatalogBackup = {
  readonly path: string
  /** UTC day on which it was made, `2026-11-21`. */
  readonly day: string
}

/**
 * Returns the newest backup in a folder that lists entries which a catalog with this tally has lost. Null:
 * there is none.
 */
export async function backupOfLost(folder: string, now: Tally): Promise<CatalogBackup | null> {
  return (await listBackups(folder)).find(({ path }) => hasLost(now, path)) ?? null
}

function hasLost(now: Tally, backup: string): boolean {
  return !isExplained(now, tallyOf(backup))
}

type Place = {
  /** Path of the catalog itself. */
  readonly catalog: string
  /** Folder of the backups. */
  readonly folder: string
  readonly now: Date
}

/**
 * Copies the catalog, checks the copy, and keeps one backup for each of the last seven days of use. Like the
 * catalog it contains no secrets. `renew`: replaces today's backup, which otherwise stays. A backup with
 * entries that the catalog has lost is never replaced, and the newest of them is kept beyond the seven days.
 * Returns the new backup. Null: today's stays. Throws STORE_WRITE_FAILED; all older backups are then
 * untouched.
 */
export async function backUpCatalog(
  { catalog, folder, now }: Place,
  renew = false
): Promise<CatalogBackup | null> {
  const day = now.toISOString().slice(0, 10)
  const path = join(folder, `catalog-${day}.db`)
  await ensurePrivateDir(folder)
  const known = await listBackups(folder)
  const earlier = known.filter((other) => other.day !== day)
  const tally = tallyOf(catalog)
  if (earlier.length < known.length && (!renew || hasLost(tally, path))) return null
  try {
    await copyChecked(catalog, `${path}.part`)
    await rename(`${path}.part`, path)
    await syncDir(folder)
  } catch (error) {
    await rm(`${path}.part`, { force: true })
    throw error instanceof VaultError ? error : new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
  const keptForLost = earlier.find((old) => hasLost(tally, old.path))
  for (const old of earlier.slice(KEPT - 1)) if (old !== keptForLost) await rm(old.path, { force: true })
  return { path, day }
}

/** Returns the backups, newest first; empty if there are none. */
export async function listBackups(folder: string): Promise<CatalogBackup[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap((name) => {
      const day = NAME.exec(name)?.[1]
      return day === undefined ? [] : [{ path: join(folder, name), day }]
    })
    .toSorted((a, b) => b.day.localeCompare(a.day))
}

/**
 * Replaces a catalog that can't be read by a backup. The broken catalog is kept beside it under a new name,
 * which is returned. Secrets are not touched; entries added since the backup are in the keychain but not in
 * the list.
 */
export async function restoreCatalog(place: Place, from: CatalogBackup): Promise<string> {
  const stamp = place.now.toISOString().replaceAll(/[:.]/g, '-')
  const kept = `${place.catalog}.broken-${stamp}`
  try {
    for (const part of ['', '-wal', '-shm']) await moveIfThere(`${place.catalog}${part}`, `${kept}${part}`)
    await copyFile(from.path, `${place.catalog}.part`)
    await chmod(`${place.catalog}.part`, PRIVATE_FILE_MODE)
    await rename(`${place.catalog}.part`, place.catalog)
    await syncDir(dirname(place.catalog))
    return basename(kept)
  } catch (error) {
    throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

async function copyChecked(catalog: string, path: string): Promise<void> {
  await rm(path, { force: true })
  const source = openSqlite(catalog, { readOnly: true, timeout: 5000 })
  try {
    await backup(source, path)
  } finally {
    source.close()
  }
  await chmod(path, PRIVATE_FILE_MODE)
  if (!isSound(path)) throw new VaultError('STORE_WRITE_FAILED')
}

/** Whether SQLite finds no fault with the file. */
function isSound(path: string): boolean {
  const copy = readSqlite(path, 0)
  try {
    const [row] = copy.prepare('PRAGMA quick_check').all()
    return row?.['quick_check'] === 'ok'
  } finally {
    copy.close()
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
}
