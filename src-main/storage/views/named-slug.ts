import { createHash } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'

const HASH_LENGTH = 32
const MARK = '.x'
const marked = /\.x[0-9a-f]{32}$/
const LONGEST = 1000

type Alphabet = {
  /** Matches a single character that may stay. */
  readonly allowed: RegExp
  readonly maxLength: number
}

/**
 * Returns a form of a name with allowed characters only and at most `maxLength` of them, different for
 * different names: a name that has to be changed, or that looks like a changed one, ends in a hash of the
 * whole name. Throws INVALID_REQUEST for a name that is empty, longer than 1,000 characters, or has NUL or
 * half a character.
 */
export function distinctName(name: string, { allowed, maxLength }: Alphabet): string {
  if (name === '' || name.length > LONGEST || name.includes('\0') || !name.isWellFormed()) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'A name must be 1 to 1000 characters of text, without NUL or half characters.'
    })
  }
  const readable = (char: string): string =>
    [char, char.toLowerCase()].find((form) => allowed.test(form)) ?? '_'
  const shown = Array.from(name, readable).join('')
  if (shown === name && name.length <= maxLength && !marked.test(name)) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH)
  return shown.slice(0, maxLength - MARK.length - HASH_LENGTH) + MARK + hash
}

const SERVICE_LENGTH = 100
const inServiceId = /^[a-z0-9._-]$/

/** Returns a valid service id for a name of a family: `mcp.linear`. Throws as `distinctName`. */
export function serviceFor(family: 'mcp' | 'extension', name: string): string {
  const prefix = `${family}.`
  return prefix + distinctName(name, { allowed: inServiceId, maxLength: SERVICE_LENGTH - prefix.length })
}
