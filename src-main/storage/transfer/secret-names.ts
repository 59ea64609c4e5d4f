import { DEFAULT_ACCOUNT, serviceId } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import * as v from 'valibot'
import type { ApiKeyProvider } from '../../core/provider.ts'

/** A service that hands out keys, as the provider rows know it. */
export type KeyService = Pick<ApiKeyProvider, 'id' | 'name' | 'allowedHosts' | 'keyPrefixes'>

/** What a name and a value say together. `plain`: no secret; `hidden`: a secret may be in it that is no key by itself. */
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
/** Last words of names that speak about a secret and hold none: `TOKEN_URL`, `KEY_FILE`, `PASSWORD_MIN_LENGTH`. */
const aboutWords = new Set(
  (
    'url uri endpoint host hostname port server issuer audience address file filename path dir directory name ' +
    'ttl expiry expires expiration timeout age length size count limit min max interval rotation days hours ' +
    'enabled disabled required type kind algorithm alg format encoding prefix suffix header field env region ' +
    'version id'
  ).split(' ')
)
/** Words that say nothing about the service. */
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
/** Other names under which a service is known in the environment. */
const nicknames: Readonly<Record<string, string>> = {
  gh: 'github',
  hf: 'huggingface',
  hugging_face: 'huggingface',
  gl: 'gitlab'
}
/** A prefix this short stands in the keys of many services. */
const TELLING_PREFIX = 4
/** A longer one is no name: it stays in the file. */
const LONGEST_NAME = 300
/** For a value whose name is that of a service and says no more. */
const keyLike = /^[\x21-\x7e]{16,}$/
/** One word of letters and digits, as keys are and words and dates are not. */
const randomLike = /^(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_+/=.~-]{12,}$/
const userInfo = /^[a-z][a-z0-9+.-]*:\/\/([^\s/@]*)@/i
const privateKeyHead = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/**
 * Which service a secret of this name is for. The name outranks the first letters of the value: many services hand out
 * keys that begin with `sk-`.
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

/** An address with a password in it: `postgres://ana:secret@db.example`. */
function hasPassword(value: string): boolean {
  const [, user = ''] = userInfo.exec(value) ?? []
  const colon = user.indexOf(':')
  return colon !== -1 && colon + 1 < user.length
}

/** A secret word anywhere: `STRIPE_SECRET_KEY_LIVE` is as much a secret's name as `STRIPE_KEY`. */
function isSecretName(words: readonly string[]): boolean {
  const last = words.at(-1) ?? ''
  return secretWords.has(last) || (words.some((word) => secretWords.has(word)) && !aboutWords.has(last))
}

/**
 * True unless the value plainly holds no secret: what a parser did not take is then named, and its file stays. For
 * fields that no parser knows, whose names say little.
 */
export function mayBeSecret(name: string, value: unknown, services: readonly KeyService[]): boolean {
  if (typeof value === 'object') return value !== null && Object.keys(value).length > 0
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const text = String(value)
  return text !== '' && (judge(name, text, services).kind !== 'plain' || randomLike.test(text))
}

/** More than an entry of any tool has; each costs a look at every service. */
const MOST_FIELDS = 1000

/** Names of the fields that a parser did not read and that may hold a secret. Throws INVALID_REQUEST for too many. */
export function unreadSecrets(
  fields: Readonly<Record<string, unknown>>,
  read: ReadonlySet<string | undefined>,
  services: readonly KeyService[]
): string[] {
  const unread = Object.entries(fields).filter(([name]) => !read.has(name))
  if (unread.length > MOST_FIELDS) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'An entry in it has more than 1,000 fields. Import the credentials in it by themselves.'
    })
  }
  return unread.flatMap(([name, value]) =>
    mayBeSecret(name, value, services) ? [shownOr(name, 'a further field', services)] : []
  )
}

/** The row of a service that was named: `openai`, or `github` for GitHub tokens. Null: none. */
export function namedService(name: string, services: readonly KeyService[]): KeyService | null {
  const id = nicknames[name] ?? name.replaceAll('_', '-')
  return services.find((row) => row.id === id || row.id === `${id}-token`) ?? null
}

function knownService(words: readonly string[], services: readonly KeyService[]): KeyService | null {
  const own = words.filter((word) => !fillers.has(word))
  return namedService(own.join('_'), services) ?? namedService(own[0] ?? '', services)
}

/** The row with the longest prefix that the value begins with, if that tells something. */
function serviceOfPrefix(value: string, services: readonly KeyService[]): KeyService | null {
  const fitting = services.flatMap((row) =>
    row.keyPrefixes
      .filter((prefix) => prefix.length >= TELLING_PREFIX && value.startsWith(prefix))
      .map((prefix) => ({ row, length: prefix.length }))
  )
  return fitting.toSorted((one, other) => other.length - one.length)[0]?.row ?? null
}

const shownName = /^(?:[A-Z][A-Z0-9_]{0,63}|[a-z][a-z0-9_.-]{0,40})$/

/** Letters with three digits or more among them, as no word is. */
const randomWord = /^(?=(?:[A-Za-z]*\d){3})(?=\d*[A-Za-z])[A-Za-z0-9]{12,}$/

/** A name that may be shown; else where it stands: what looks like a name may be a key or a piece of one. */
export function shownOr(name: string, place: string, services: readonly KeyService[]): string {
  return isShown(name, services) ? name : place
}

/** The account of an entry that came under a name of its own. */
export function accountOf(name: string, services: readonly KeyService[]): string {
  return isShown(name, services) ? name : DEFAULT_ACCOUNT
}

function isShown(name: string, services: readonly KeyService[]): boolean {
  const isKey = services.some(({ keyPrefixes }) => keyPrefixes.some((prefix) => name.startsWith(prefix)))
  return shownName.test(name) && !isKey && !name.split(/[_.-]/).some((word) => randomWord.test(word))
}
