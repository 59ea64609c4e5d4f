import { createHash } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'

const HASH_LENGTH = 32
const MARK = '.x'
const marked = /\.x[0-9a-f]{32}$/
const LONGEST = 1000

type Alphabet = {
  /** One character that may stay. */
  readonly allowed: RegExp
  readonly maxLength: number
}

/**
 * A form of a name that holds only allowed characters and at most `maxLength`, and that is different for different
 * names: a name that had to be changed, or that looks as if it had been, ends in a hash of the whole. Throws
 * INVALID_REQUEST for a name that is empty, longer than 1,000 characters, or holds NUL or half a character.
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

/** A service id, as the contract allows them, for a named thing of a family: `mcp.linear`. Throws as `distinctName`. */
export function serviceFor(family: 'mcp' | 'extension', name: string): string {
  const prefix = `${family}.`
  return prefix + distinctName(name, { allowed: inServiceId, maxLength: SERVICE_LENGTH - prefix.length })
}
