import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { homedir } from 'node:os'
import { dirname } from 'node:path'

const WRITABLE_BY_OTHERS = 0o022
const STICKY = 0o1000
const ROOT = 0

/**
 * Returns the fault of a file that is run or trusted: anyone who can write or replace it gets the rights of
 * the vault. The rules are those of sshd for its own files (OpenSSH, `safe_path`): the file belongs to the
 * person or to root and others can't write it, and the same holds for its folders, up to the person's own
 * folder or to the root. A folder in which only owners can rename, such as /tmp, is accepted. The words
 * continue a sentence after "it". Windows has no such modes and only links and file types are checked. Throws
 * the system's error for a missing file. Null: there is no fault.
 */
export function faultOfPath(path: string, userHome: string = homedir()): string | null {
  const found = lstatSync(path)
  if (found.isSymbolicLink()) return 'is a link; name the file itself'
  if (!found.isFile()) return 'is not a file'
  if (process.platform === 'win32') return null
  const fault = faultOf(found)
  if (fault !== null) return fault
  const [file, top] = [realpathSync(path), realpathSync(userHome)]
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const inFolder = faultOf(lstatSync(folder))
    if (inFolder !== null) return `is in a folder that ${inFolder}`
    if (folder === top || folder === dirname(folder)) return null
  }
}

function faultOf(found: Stats): string | null {
  if (found.uid !== ROOT && found.uid !== process.getuid?.()) return 'belongs to another user'
  const isSticky = found.isDirectory() && (found.mode & STICKY) !== 0
  return (found.mode & WRITABLE_BY_OTHERS) !== 0 && !isSticky ? 'can be written by others' : null
}
