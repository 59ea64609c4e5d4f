import { join } from 'node:path'
import { listNames, removeFile } from '../files/atomic-file.ts'

/**
 * Removes the key of encrypted files that are not there: it opens nothing any more, and its passphrase, which may be
 * forgotten, would stand in the way of a new one. For a store that is not in use.
 */
export async function removeUnusedKey({
  dir,
  keyDir
}: {
  readonly dir: string
  readonly keyDir: string
}): Promise<void> {
  const names = await listNames(dir)
  if (names.every((name) => !name.endsWith('.enc'))) await removeFile(join(keyDir, 'machine-key.json'))
}
