import { DEFAULT_ACCOUNT, serviceId } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import * as v from 'valibot'
import type { ApiKeyProvider } from '../../core/provider.ts'

/** A service that issues keys, from its provider row. */
export type KeyService = Pick<ApiKeyProvider, 'id' | 'name' | 'allowedHosts' | 'keyPrefixes'>

/**
 * Meaning of a name and a value together. `plain`: not a secret. `hidden`: may contain a secret, but is not a
 * key itself.
 */
export type Verdict =
  | {
      readonly kind: 'key'
      readonly service: string
      readonly name: string
      readonly hosts: readonly string[]
    }
  | { readonly kind: 'plain' }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'nameless' }

/** Words in the names of secrets. */
const secretWords = new Set(
  'key apikey token secret password passwd pwd pass pat passphrase credential credentials'.split(' ')
)
/**
 * Last words of names that describe a secret but do not hold one: `TOKEN_URL`, `KEY_FILE`,
 * `PASSWORD_MIN_LENGTH`.
 */
const aboutWords = new Set(
  (
    'url uri endpoint host hostname port server issuer audience address file filename path dir directory name ' +
    'ttl expiry expires expiration timeout age length size count limit min max interval rotation days hours ' +
    'enabled disabled required type kind algorithm alg format encoding prefix suffix header field env region ' +
    'version id'
  ).split(' ')
)
/** Words that do not tell the service. */
const fillers = new Set([
  ...secretWords,
  'api',
  'access',
  'auth',
  'personal',
  'my',
  'bot',
  'private',
  'client'
])
/** Other names of services in the environment. */
const nicknames: Readonly<Record<string, string>> = {
  gh: 'github',
  hf: 'huggingface',
  hugging_face: 'huggingface',
  gl: 'gitlab',
  cargo: 'crates-io',
  tf: 'terraform',
  tfe: 'terraform'
}
/** Shortest prefix that counts; shorter ones are in the keys of many services. */
const TELLING_PREFIX = 4
/** A longer name is not imported: its value stays in the file. */
const LONGEST_NAME = 300
/** Form of a key, for a value whose name is only the name of a service. */
const keyLike = /^[\x21-\x7e]{16,}$/
/** One word of letters and digits, typical of keys and unlike words and dates. */
const randomLike = /^(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_+/=.~-]{12,}$/
const userInfo = /^[a-z][a-z0-9+.-]*:\/\/([^\s/@]*)@/i
const privateKeyHead = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/**
 * Returns the service that a secret of this name is for. The name outranks the prefix of the value: many
 * services issue keys that begin with `sk-`.
 */
export function judge(name: string, value: string, services: readonly KeyService[]): Verdict {
  if (name.length > LONGEST_NAME) return { kind: 'nameless' }
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const byName = knownService(words, services)
  const byPrefix = serviceOfPrefix(value, services)
  const isSecret = isSecretName(words) || (byName !== null && words.length === 1 && keyLike.test(value))
  if (!isSecret && byPrefix === null) {
    return hasPassword(value) || privateKeyHead.test(value) ? { kind: 'hidden' } : { kind: 'plain' }
  }
  const known = byName ?? byPrefix
  if (known !== null) return { kind: 'key', service: known.id, name: known.name, hosts: known.allowedHosts }
  const own = words.filter((word) => !fillers.has(word)).join('-')
  return v.is(serviceId, own) ? { kind: 'key', service: own, name: own, hosts: [] } : { kind: 'nameless' }
}

/** True for an address with a password in it: `postgres://ana:secret@db.example`. */
function hasPassword(value: string): boolean {
  const [, user = ''] = userInfo.exec(value) ?? []
  const colon = user.indexOf(':')
  return colon !== -1 && colon + 1 < user.length
}

/** Finds a secret word anywhere in the name: `STRIPE_SECRET_KEY_LIVE` names a secret as `STRIPE_KEY` does. */
function isSecretName(words: readonly string[]): boolean {
  const last = words.at(-1) ?? ''
  return secretWords.has(last) || (words.some((word) => secretWords.has(word)) && !aboutWords.has(last))
}

/**
 * True unless the value is clearly not a secret; a parser then lists the value as not read, and the file
 * stays. For fields that the parsers do not know, whose names tell little.
 */
export function mayBeSecret(name: string, value: unknown, services: readonly KeyService[]): boolean {
  if (typeof value === 'object') return value !== null && Object.keys(value).length > 0
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const text = String(value)
  return text !== '' && (judge(name, text, services).kind !== 'plain' || randomLike.test(text))
}

/** More than an entry of any tool has; each field is compared with every service. */
const MOST_FIELDS = 1000

/**
 * Returns the names of the fields that a parser did not read and that may hold a secret. Throws
 * INVALID_REQUEST for too many fields.
 */
export function unreadSecrets(
  fields: Readonly<Record<string, unknown>>,
  read: ReadonlySet<string | undefined>,
  services: readonly KeyService[]
): string[] {
  const unread = Object.entries(fields).filter(([name]) => !read.has(name))
  if (unread.length > MOST_FIELDS) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'An entry in it has more than 1,000 fields. Import only the credentials in it.'
    })
  }
  return unread.flatMap(([name, value]) =>
    mayBeSecret(name, value, services) ? [shownOr(name, 'a further field', services)] : []
  )
}

/** Returns the row of a named service: `openai`, or `github` for GitHub tokens. Null: there is none. */
export function namedService(name: string, services: readonly KeyService[]): KeyService | null {
  const id = nicknames[name] ?? name.replaceAll('_', '-')
  return services.find((row) => row.id === id || row.id === `${id}-token`) ?? null
}

function knownService(words: readonly string[], services: readonly KeyService[]): KeyService | null {
  const own = words.filter((word) => !fillers.has(word))
  return namedService(own.join('_'), services) ?? namedService(own[0] ?? '', services)
}

/** Returns the row with the longest prefix of the value; prefixes that are too short do not count. */
function serviceOfPrefix(value: string, services: readonly KeyService[]): KeyService | null {
  const fitting = services.flatMap((row) =>
    row.keyPrefixes
      .filter((prefix) => prefix.length >= TELLING_PREFIX && value.startsWith(prefix))
      .map((prefix) => ({ row, length: prefix.length }))
  )
  return fitting.toSorted((one, other) => other.length - one.length)[0]?.row ?? null
}

const shownName = /^(?:[A-Z][A-Z0-9_]{0,63}|[a-z][a-z0-9_.-]{0,40})$/

/** Letters with at least three digits among them, unlike any word. */
const randomWord = /^(?=(?:[A-Za-z]*\d){3})(?=\d*[A-Za-z])[A-Za-z0-9]{12,}$/

/**
 * Returns the name if it may be shown, else its place: a name that looks random may be a key or a part of
 * one.
 */
export function shownOr(name: string, place: string, services: readonly KeyService[]): string {
  return isShown(name, services) ? name : place
}

/** Returns the account for an entry with a name of its own. */
export function accountOf(name: string, services: readonly KeyService[]): string {
  return isShown(name, services) ? name : DEFAULT_ACCOUNT
}

function isShown(name: string, services: readonly KeyService[]): boolean {
  const isKey = services.some(({ keyPrefixes }) => keyPrefixes.some((prefix) => name.startsWith(prefix)))
  return shownName.test(name) && !isKey && !name.split(/[_.-]/).some((word) => randomWord.test(word))
}
