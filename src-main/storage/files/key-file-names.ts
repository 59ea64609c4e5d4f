import { join } from 'node:path'
import { listNames } from './atomic-file.ts'
import { assertOwnDir, readPrivateFile } from './private-files.ts'
import { keyOfSafeName, safeName } from './safe-name.ts'

const MAX_NAME = 180

/** The files of one folder that are named after keys, a file for each key. */
export type KeyFileNames = {
  readonly pathOf: (key: string) => string
  /**
   * Returns the names of all files with the extension, also foreign ones. Rejects with CREDENTIAL_UNREADABLE.
   */
  readonly all: () => Promise<string[]>
  /** Returns whether the key has a file; reads only the folder. Rejects as `all`. */
  readonly has: (key: string) => Promise<boolean>
  /** Returns the keys that have a file, sorted. Rejects as `all`, also if the folder is not our own. */
  readonly keys: () => Promise<string[]>
}

/**
 * `keyInside` returns the key that the text of a file states, for a name that was cut; if it returns null or
 * throws, there is none.
 */
export function keyFileNames(
  dir: string,
  extension: string,
  keyInside: (text: string) => string | null
): KeyFileNames {
  const pathOf = (key: string): string => join(dir, keyFileName(key, extension))
  const all = async (): Promise<string[]> => (await listNames(dir)).filter((name) => name.endsWith(extension))

  /**
   * Returns the key from the name, or from inside the file if the name was cut. Null: a foreign or broken
   * file.
   */
  async function keyOf(name: string): Promise<string | null> {
    const fromName = keyOfSafeName(name.slice(0, -extension.length))
    if (fromName !== null) return fromName
    try {
      const text = await readPrivateFile(join(dir, name))
      const key = text === null ? null : keyInside(text)
      return key !== null && keyFileName(key, extension) === name ? key : null
    } catch {
      return null
    }
  }

  return {
    pathOf,
    all,
    has: async (key) => (await all()).some((name) => join(dir, name) === pathOf(key)),
    keys: async () => {
      assertOwnDir(dir)
      const keys = await Promise.all((await all()).map(keyOf))
      return keys.filter((key) => key !== null).toSorted()
    }
  }
}

/** Returns the name of the file of a key. */
export function keyFileName(key: string, extension: string): string {
  return safeName(key, MAX_NAME) + extension
}
