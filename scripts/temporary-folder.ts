import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type TemporaryFolder = { readonly path: string; readonly remove: () => void }

/** A new folder under the system's own; it goes with the process at the latest, also where that is interrupted. */
export function temporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `latchkey-${name}-`))
  const erase = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', erase)
  return {
    path,
    remove() {
      process.off('exit', erase)
      erase()
    }
  }
}
