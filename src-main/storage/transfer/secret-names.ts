import { DEFAULT_ACCOUNT, serviceId } from '#shared/credential.ts'
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

/** Last words of the names of secrets. */
const secretWords = new Set(
  'key apikey token secret password passwd pwd pass pat passphrase credential credentials'.split(' ')
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
/** For a value whose name is that of a service and says no more. */
const keyLike = /^[\x21-\x7e]{16,}$/
const addressWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:[^\s/@]+@/i
const privateKeyHead = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/**
 * Which service a secret of this name is for. The name outranks the first letters of the value: many services hand out
 * keys that begin with `sk-`.
 */
export function judge(name: string, value: string, services: readonly KeyService[]): Verdict {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const byName = knownService(words, services)
  const byPrefix = serviceOfPrefix(value, services)
  const isSecret =
    secretWords.has(words.at(-1) ?? '') || (byName !== null && words.length === 1 && keyLike.test(value))
  if (!isSecret && byPrefix === null) {
    return addressWithPassword.test(value) || privateKeyHead.test(value)
      ? { kind: 'hidden' }
      : { kind: 'plain' }
  }
  const known = byName ?? byPrefix
  if (known !== null) return { kind: 'key', service: known.id, name: known.name, hosts: known.allowedHosts }
  const own = words.filter((word) => !fillers.has(word)).join('-')
  return v.is(serviceId, own) ? { kind: 'key', service: own, name: own, hosts: [] } : { kind: 'nameless' }
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
  return shownName.test(name) && !isKey
}
