import { readFileSync, statSync } from 'node:fs'
import { UsageError } from '../../terminal/command.ts'

const LARGEST = 65_536
const FOR_OTHERS = 0o077

/** The key in the first line of a file. Throws UsageError for a file that can not be read, is open to others or has none. */
export function keyInFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile() !== true || found.size > LARGEST)
    throw new UsageError('The key file is no file of a key.')
  if (process.platform !== 'win32' && (found.mode & FOR_OTHERS) !== 0) {
    throw new UsageError('Others can read the key file. Make it private: chmod 600.')
  }
  const [line = ''] = textOf(path, 'The key file can’t be read.')
    .trim()
    .split(/\r\n?|\n/)
  if (line === '') throw new UsageError('The key file holds no key in its first line.')
  return line
}

/** `auth-key-name` of a profile in JSON, at its top or among its `ephemeralSettings`. Null: it names none. */
export function keyNameInProfile(path: string): string | null {
  const text = textOf(path, 'The profile can’t be read.')
  try {
    const { ephemeralSettings, ...top } = JSON.parse(text) as { readonly ephemeralSettings?: object }
    const name = new Map<string, unknown>(Object.entries({ ...top, ...ephemeralSettings })).get(
      'auth-key-name'
    )
    return typeof name === 'string' ? name : null
  } catch {
    throw new UsageError('The profile is no object in JSON.')
  }
}

function textOf(path: string, fault: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(fault)
  }
}
