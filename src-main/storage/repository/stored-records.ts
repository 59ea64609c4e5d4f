import { hash, randomBytes } from 'node:crypto'
import { credentialKey, type BackendId, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../../core/credential-record.ts'
import { decodeRecord, asciiJson, checkRecord, type CheckedRecord } from '../records/credential-codec.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import { Secret } from '../../core/secret.ts'

/**
 * A record. `isAhead`: it was saved after the newest record that its row knows. `isKnown`: its text is the
 * same as at the last read.
 */
export type Found = {
  readonly credential: Credential
  readonly backend: BackendId
  readonly savedAt: Date | null
  readonly isAhead: boolean
  readonly isKnown: boolean
}

type Ports = {
  readonly store: Pick<CredentialStore, 'read'>
  readonly warn: (sentence: string) => void
}

/**
 * Reads records and detects those older than the newest that was stored: an earlier copy was put back. An
 * older key or token of another program is returned. An older grant is not, because its refresh token may be
 * spent, and a provider that sees a refresh token twice ends the whole grant (RFC 9700 section 4.14.2).
 */
export class StoredRecords {
  readonly #ports: Ports
  readonly #known = new KnownRecords()
  readonly #told = new Set<string>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Reads the record. `last` is the time at which the newest record seen so far was saved, looked up before
   * the read: a record that another process saves in between can only be newer. Throws CREDENTIAL_UNREADABLE,
   * also for an older grant, or KEYCHAIN_*. Null: there is none.
   */
  async read(ref: CredentialRef, last: Date | null): Promise<Found | null> {
    const stored = await this.#ports.store.read(credentialKey(ref))
    if (stored === null) return null
    const record = this.#known.check(stored.value, ref)
    const { credential, savedAt } = decodeRecord(record)
    if (isBefore(savedAt, last)) this.#reportOlder(credential)
    const { isKnown } = record
    return { credential, backend: stored.backend, savedAt, isAhead: isBefore(last, savedAt), isKnown }
  }

  #reportOlder({ kind, ref }: Credential): void {
    const key = credentialKey(ref)
    const isGrant = kind === 'oauth'
    if (!this.#told.has(key)) this.#ports.warn(`${olderOf(ref)} ${isGrant ? REFUSED : USED}`)
    this.#told.add(key)
    if (isGrant) throw new VaultError('CREDENTIAL_UNREADABLE', { message: OLDER_GRANT })
  }
}

const OLDER_GRANT =
  'The entry is older than the one Latchkey stored last and was left untouched. Sign in again to replace it.'
const REFUSED = 'It is not used, because a refresh token must not be spent twice. Sign in again.'
const USED = 'It is used as it is; if you want another value, store it again.'

function olderOf({ service, account }: CredentialRef): string {
  return `The entry of ${service} (${account}) is older than the one Latchkey stored last. An earlier copy was put back, perhaps from a backup.`
}

/**
 * Returns whether a save time is before the other. A record without a time is older than any record with one.
 */
export function isBefore(one: Date | null, other: Date | null): boolean {
  return other !== null && (one === null || one < other)
}

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
