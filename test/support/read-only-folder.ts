import { chmod, chown, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NOBODY } from './other-user.ts'

/**
 * The user who can read a folder of `makeReadOnly` and can not write it; root may write everywhere, so it is another
 * one where root runs the tests. Undefined: the user of the tests.
 */
export const reader: number | undefined = process.getuid?.() === 0 ? NOBODY : undefined

async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return [folder, ...entries.map(({ parentPath, name }) => join(parentPath, name))]
}

/** Gives a folder and everything in it to the reader, for reading. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const path of (await below(folder)).toReversed()) {
    if (reader !== undefined) await chown(path, reader, reader)
    await chmod(path, (await stat(path)).isDirectory() ? 0o500 : 0o400)
  }
}

/** Takes the folder back, so that it can be used and removed. */
export async function makeWritable(folder: string): Promise<void> {
  const own = process.getuid?.()
  for (const path of await below(folder)) {
    if (reader !== undefined && own !== undefined) await chown(path, own, own)
    await chmod(path, (await stat(path)).isDirectory() ? 0o700 : 0o600)
  }
}

/** Names, sizes and times of everything in a folder, to see that nothing was changed. */
export async function contentsOf(folder: string): Promise<readonly string[]> {
  return await Promise.all(
    (await below(folder)).map(async (path) => {
      const { size, mtimeMs, mode } = await stat(path)
      return [path, size, mtimeMs, mode].join(' ')
    })
  )
}
