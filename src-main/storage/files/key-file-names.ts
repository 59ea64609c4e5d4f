import { join } from 'node:path'
import { listNames } from './atomic-file.ts'
import { assertOwnDir, readPrivateFile } from './private-files.ts'
import { keyOfSafeName, safeName } from './safe-name.ts'

const MAX_NAME = 180

/** The files of one folder that are named after keys, one each. */
export type KeyFileNames = {
  readonly pathOf: (key: string) => string
  /** Their names, whosever they are. Rejects with CREDENTIAL_UNREADABLE. */
  readonly all: () => Promise<string[]>
  /** Looks at the folder alone. Rejects as `all`. */
  readonly has: (key: string) => Promise<boolean>
  /** The keys that have a file, sorted. Rejects as `all`, also if the folder is not our own. */
  readonly keys: () => Promise<string[]>
}

/** `keyInside`: the key that the text of a file claims to be of, for a name that was cut; null or throws: none. */
export function keyFileNames(
  dir: string,
  extension: string,
  keyInside: (text: string) => string | null
): KeyFileNames {
  const pathOf = (key: string): string => join(dir, keyFileName(key, extension))
  const all = async (): Promise<string[]> => (await listNames(dir)).filter((name) => name.endsWith(extension))

  /** From the name; from inside the file if the name was cut. Null: a file of somebody else's, or a broken one. */
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

/** Name of the file of a key. */
export function keyFileName(key: string, extension: string): string {
  return safeName(key, MAX_NAME) + extension
}
