import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { homedir } from 'node:os'
import { dirname } from 'node:path'

const WRITABLE_BY_OTHERS = 0o022
const STICKY = 0o1000
const ROOT = 0

/**
 * What is wrong with a file that is run or believed: whoever can write it, or put another in its place, has what the
 * vault has. Judged as sshd judges its own files (OpenSSH, `safe_path`): a file of the person's or of root's, which
 * others can not write, in folders of which the same holds, up to the person's own folder or to the root. A folder in
 * which only owners can rename, as /tmp, is let pass. Null: nothing. In words that go on after "it"; Windows, which has
 * no such modes, is not judged. Throws what the system says of a file that is not there.
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
    if (inFolder !== null) return `lies in a folder that ${inFolder}`
    if (folder === top || folder === dirname(folder)) return null
  }
}

function faultOf(found: Stats): string | null {
  if (found.uid !== ROOT && found.uid !== process.getuid?.()) return 'belongs to somebody else'
  const isSticky = found.isDirectory() && (found.mode & STICKY) !== 0
  return (found.mode & WRITABLE_BY_OTHERS) !== 0 && !isSticky ? 'can be written by others' : null
}
