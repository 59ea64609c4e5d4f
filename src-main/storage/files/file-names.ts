import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { listNames } from './atomic-file.ts'
import { assertOwnDir, readPrivateFile } from './private-files.ts'

const HASH_MARK = '%~'
const HASH_LENGTH = 40
const plain = /^[a-z0-9_.-]$/
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/

/**
 * Throws INVALID_REQUEST for a key that a keychain might change or cut: empty, with NUL, or with half a
 * character.
 */
export function assertStorableKey(key: string): void {
  if (key.length === 0 || key.includes('\0') || !key.isWellFormed()) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'A key must not be empty and must be text without NUL or half characters.'
    })
  }
}

/** Throws INVALID_REQUEST for a text that could not be read back unchanged. */
export function assertStorableValue(value: string): void {
  if (!value.isWellFormed()) {
    throw new VaultError('INVALID_REQUEST', { message: 'A value must be text without half characters.' })
  }
}

/**
 * Returns a name for a key, different for different keys on every file system and keychain, also where case
 * is ignored: lower-case letters, digits and `_.-`; all else as `%` and the hex of its UTF-8 bytes. A name
 * longer than `maxLength` is cut and ends in a hash.
 */
export function safeName(key: string, maxLength: number): string {
  const name = Array.from(key, (char) => (plain.test(char) ? char : percentEncoded(char))).join('')
  const unreserved =
    reservedOnWindows.test(name) || name.startsWith('.')
      ? percentEncoded(name.charAt(0)) + name.slice(1)
      : name
  if (unreserved.length <= maxLength) return unreserved
  const hash = createHash('sha256').update(key).digest('hex').slice(0, HASH_LENGTH)
  return unreserved.slice(0, maxLength - HASH_MARK.length - HASH_LENGTH) + HASH_MARK + hash
}

/** Returns the key of a name. Null: the name was cut, or `safeName` did not make it. */
export function keyOfSafeName(name: string): string | null {
  if (name.includes(HASH_MARK)) return null
  try {
    const key = decodeURIComponent(name)
    return safeName(key, Number.POSITIVE_INFINITY) === name ? key : null
  } catch {
    return null
  }
}

function percentEncoded(char: string): string {
  return Array.from(Buffer.from(char), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

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
