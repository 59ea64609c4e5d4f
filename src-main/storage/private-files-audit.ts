import { chmod, lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { listNames } from './atomic-file.ts'
import { isForeign, isOpenToOthers, PRIVATE_DIR_MODE, PRIVATE_FILE_MODE } from './private-files.ts'

/** `closed`: others could enter or read it, with this mode, and no longer can. The others are left as they are. */
export type PermissionFinding =
  | { readonly kind: 'closed'; readonly path: string; readonly mode: number }
  | { readonly kind: 'still-open' | 'link' | 'foreign'; readonly path: string }

/**
 * Looks at a folder of secrets and at what lies in it, closes what is open to others and says so. Nothing is found in a
 * folder that is not there. A link, and what belongs to another user, is reported and not entered. Throws
 * CREDENTIAL_UNREADABLE if the folder can't be listed.
 */
export async function auditPrivateDir(dir: string): Promise<PermissionFinding[]> {
  const own = await auditPath(dir)
  if (own?.kind === 'link' || own?.kind === 'foreign') return [own]
  const inside: PermissionFinding[] = []
  for (const name of await listNames(dir)) {
    const finding = await auditPath(join(dir, name))
    if (finding) inside.push(finding)
  }
  return own ? [own, ...inside] : inside
}

/** Null: as it should be, or gone. */
async function auditPath(path: string): Promise<PermissionFinding | null> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return null
  if (found.isSymbolicLink()) return { kind: 'link', path }
  if (isForeign(found.uid)) return { kind: 'foreign', path }
  if (!isOpenToOthers(found)) return null
  try {
    await chmod(path, found.isDirectory() ? PRIVATE_DIR_MODE : PRIVATE_FILE_MODE)
    return { kind: 'closed', path, mode: found.mode & 0o777 }
  } catch {
    return { kind: 'still-open', path }
  }
}
