import { hash, randomBytes } from 'node:crypto'
import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { Secret } from '../../core/secret.ts'
import { checkRecord } from './credential-codec.ts'
import type { CheckedRecord } from './credential-codec.ts'

type Path = readonly string[]
type Fields = Record<string, unknown>
/** Of a record that was checked: a mark of its text, what of it is no secret, and where in it the secrets stand. */
type Known = {
  readonly mark: string
  readonly fields: CheckedRecord['fields']
  readonly savedAt: Date | null
  readonly secrets: readonly Path[]
}

const MOST = 256

/**
 * Checks records, and the same text only once: what is known of it is put together again, its secrets taken from the text
 * at hand. A token is asked for far more often than it changes. Of a secret nothing is kept but its place; the mark is
 * salted and lives as long as the process.
 */
export class KnownRecords {
  readonly #salt = randomBytes(32).toString('hex')
  /** Those read last, by key. */
  readonly #known = new Map<string, Known>()

  /** As `checkRecord`; `isKnown`: it is the text that was read for this credential before. */
  check(text: string, ref: CredentialRef): CheckedRecord & { readonly isKnown: boolean } {
    const key = credentialKey(ref)
    const mark = hash('sha256', this.#salt + text)
    const known = this.#known.get(key)
    if (known?.mark === mark) return { ...restored(known, text), isKnown: true }
    const record = checkRecord(text, ref)
    this.#keep(key, mark, record)
    return { ...record, isKnown: false }
  }

  #keep(key: string, mark: string, { fields, savedAt }: CheckedRecord): void {
    const secrets = placesOf(fields)
    this.#known.delete(key)
    this.#known.set(key, { mark, fields: filled(fields, secrets, () => null), savedAt, secrets })
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
  }
}

function restored({ fields, savedAt, secrets }: Known, text: string): CheckedRecord {
  const json: unknown = JSON.parse(text)
  return { fields: filled(fields, secrets, (path) => new Secret(textAt(json, path))), savedAt }
}

function placesOf(value: unknown, path: Path = []): Path[] {
  if (value instanceof Secret) return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...path, name]))
}

/** A copy of the fields with something else in these places. */
function filled(
  fields: CheckedRecord['fields'],
  places: readonly Path[],
  what: (path: Path) => Secret | null
): CheckedRecord['fields'] {
  const copy = { ...fields }
  for (const path of places) put(copy, path, what(path))
  return copy
}

function put(into: Fields, [name = '', ...rest]: Path, what: Secret | null): void {
  if (rest.length === 0) {
    into[name] = what
    return
  }
  const inner = copied(into[name])
  into[name] = inner
  put(inner, rest, what)
}

function copied(value: unknown): Fields {
  return (Array.isArray(value) ? [...value] : { ...(value as Fields) }) as Fields
}

function textAt(json: unknown, path: Path): string {
  return path.reduce((value, name) => (value as Fields)[name], json) as string
}
