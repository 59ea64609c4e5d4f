import { isEntryProblem, VaultError } from '#shared/problem.ts'
import type { SecretBackend } from '../../core/ports.ts'

type Sides = {
  readonly source: SecretBackend
  readonly target: SecretBackend
  /** What a person calls the entry. Default: its key. */
  readonly nameOf?: (key: string) => string
}

/** A sentence has room for that many names. */
const MOST_NAMES = 5

/**
 * Those of the keys that have a value in the source and a free place, or the same value, in the target: what it held
 * before is not overwritten. Throws CREDENTIAL_UNREADABLE with the names of all that can't be read, INVALID_REQUEST for a
 * place that is taken, and what the two stores throw.
 */
export async function copyable(options: Sides, keys: readonly string[]): Promise<string[]> {
  const { source, target } = options
  const found: string[] = []
  const unreadable: string[] = []
  for (const key of keys) {
    const value = await readable(source, key)
    if (value === undefined) unreadable.push(key)
    else if (value !== null && (await isFree(target, key, value))) found.push(key)
  }
  if (unreadable.length > 0) throw cantBeRead(unreadable.map(options.nameOf ?? String))
  return found
}

/** Undefined: it is there and can't be read. Throws what else the store throws. */
async function readable(source: SecretBackend, key: string): Promise<string | null | undefined> {
  try {
    return await source.get(key)
  } catch (error) {
    if (isEntryProblem(error)) return undefined
    throw error
  }
}

async function isFree(target: SecretBackend, key: string, value: string): Promise<true> {
  const there = await target.get(key)
  if (there === null || there === value) return true
  throw new VaultError('INVALID_REQUEST', {
    message: 'The new store already holds another value for one of the entries. Nothing was changed.'
  })
}

function cantBeRead(names: readonly string[]): VaultError {
  const rest = names.length - MOST_NAMES
  const list = names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message: `Nothing was moved, because these entries can’t be read: ${list}. Sign in again, or remove them.`
  })
}
