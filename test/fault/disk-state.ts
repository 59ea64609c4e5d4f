import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskState } from './disk-model.ts'

/** A process ID that never occurs: Linux counts up to one less. */
const DEAD_PID = 4_194_304

/** Reads everything below a folder. */
export async function readDisk(root: string): Promise<DiskState> {
  const found = await readdir(root, { recursive: true, withFileTypes: true })
  const dirs = found.filter((entry) => entry.isDirectory()).map(pathOf)
  const files = found.filter((entry) => entry.isFile()).map(pathOf)
  return {
    dirs: dirs.toSorted(),
    files: new Map(await Promise.all(files.map(async (path) => [path, await readFile(path)] as const)))
  }
}

/** Writes a state of `from` below `to`, as if the process that made it had ended. */
export async function layOut(state: DiskState, from: string, to: string): Promise<void> {
  const moved = (path: string): string =>
    path.replace(from, to).replace(`/.${process.pid}-`, `/.${DEAD_PID}-`)
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const dir of state.dirs.toSorted()) await mkdir(moved(dir), { recursive: true, mode: 0o700 })
  for (const [path, bytes] of state.files) await writeFile(moved(path), bytes, { mode: 0o600 })
}

/** Names of files that only an unfinished operation leaves. */
export async function leftovers(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true })
  return names.filter((name) => /\.(?:tmp|unsure)$/.test(name))
}

function pathOf(entry: { readonly parentPath: string; readonly name: string }): string {
  return join(entry.parentPath, entry.name)
}
