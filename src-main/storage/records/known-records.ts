import { hash, randomBytes } from 'node:crypto'
import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { Secret } from '../../core/secret.ts'
import { asciiJson, checkRecord } from './credential-codec.ts'
import type { CheckedRecord } from './credential-codec.ts'

type Fields = Record<string, unknown>
/** Path of a secret in the record, and where its JSON begins and ends in the text. */
type Place = { readonly path: readonly string[]; readonly from: number; readonly to: number }
/**
 * A record that was checked: a mark of its text, its fields without the secrets, and the places of the
 * secrets.
 */
type Known = {
  readonly mark: string
  readonly fields: CheckedRecord['fields']
  readonly savedAt: Date | null
  readonly secrets: readonly Place[]
}

const MOST = 256

/**
 * Checks records, and the same text only once: a known record is put together from its fields and from the
 * secrets in the present text. A token is used far more often than it changes. Of a secret only its place is
 * kept; the mark is salted and lives as long as the process. The records read last are kept.
 */
export class KnownRecords {
  readonly #salt = randomBytes(32).toString('hex')
  /** Known records by key, in the order of reading. */
  readonly #known = new Map<string, Known>()

  /** Checks as `checkRecord` does. `isKnown`: the text is the one that was last read for this credential. */
  check(text: string, ref: CredentialRef): CheckedRecord & { readonly isKnown: boolean } {
    const key = credentialKey(ref)
    const mark = hash('sha256', this.#salt + text)
    const known = this.#known.get(key)
    if (known?.mark === mark) {
      this.#keep(key, known)
      return { ...restored(known, text), isKnown: true }
    }
    const record = checkRecord(text, ref)
    const { fields, savedAt } = record
    const secrets = placesOf(fields, text)
    // The text spells its JSON in another way than Latchkey does, so it is checked each time.
    if (secrets.some(({ from }) => from < 0)) this.#known.delete(key)
    else this.#keep(key, { mark, fields: filled(fields, secrets, () => null), savedAt, secrets })
    return { ...record, isKnown: false }
  }

  #keep(key: string, known: Known): void {
    this.#known.delete(key)
    this.#known.set(key, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
  }
}

/** Fills in the secrets. They are parsed, because a slice alone would keep the whole text in memory. */
function restored({ fields, savedAt, secrets }: Known, text: string): CheckedRecord {
  const secretAt = ({ from, to }: Place): Secret => new Secret(JSON.parse(text.slice(from, to)) as string)
  return { fields: filled(fields, secrets, secretAt), savedAt }
}

/** Returns the places of the secrets. A secret that is in the text twice may be taken from either place. */
function placesOf(value: unknown, text: string, path: readonly string[] = []): Place[] {
  if (value instanceof Secret) {
    const literal = value.expose((secret) => asciiJson(secret))
    const from = text.indexOf(literal)
    return [{ path, from, to: from + literal.length }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => placesOf(inner, text, [...path, name]))
}

/** Returns a copy of the fields with other values in these places. */
function filled(
  fields: CheckedRecord['fields'],
  places: readonly Place[],
  what: (place: Place) => Secret | null
): CheckedRecord['fields'] {
  const copy = { ...fields }
  for (const place of places) put(copy, place.path, what(place))
  return copy
}

function put(into: Fields, [name = '', ...rest]: readonly string[], what: Secret | null): void {
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
