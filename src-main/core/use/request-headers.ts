import type { Header } from './use-ports.ts'

/** Headers that are for the vault alone to set, with the reason. Compared in lower case, `_` as `-`. */
const refusedNames = [
  // They hold credentials.
  'authorization',
  'cookie',
  'cookie2',
  'dpop',
  // They belong to the connection or to the framing of the message (RFC 9110 section 7.6, RFC 9112).
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'content-length',
  'via',
  // They name another client than the vault.
  'forwarded',
  'x-real-ip',
  // They change the method or the path that the access rules allowed.
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
  // The vault asks for `identity`, so that it can scrub the answer.
  'accept-encoding'
] as const
const refusedFamilies = ['proxy-*', 'sec-*', 'x-forwarded-*'] as const

/** Headers of an answer that hold credentials, ask for them, or belong to the connection. */
const droppedNames: ReadonlySet<string> = new Set([
  'set-cookie',
  'set-cookie2',
  'authorization',
  'authentication-info',
  'www-authenticate',
  'dpop-nonce',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'content-length',
  'content-encoding'
])

const MOST_HEADERS = 64
const MOST_BYTES = 32 * 1024

/** A token (RFC 9110 section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/
/** Field content (RFC 9110 section 5.5) without control characters; a tab is allowed. Text beyond is Latin-1. */
const VALUE = /^[\t\x20-\x7e\u00a0-\u00ff]*$/

/** Why headers are refused: the name or family in our own list, or a fixed word. Never text from outside. */
export type HeaderFault =
  | (typeof refusedNames)[number]
  | (typeof refusedFamilies)[number]
  /** The header that carries the credential. */
  | 'credential-header'
  /** A name that is no token. */
  | 'malformed-name'
  /** A value with a line break or another character that a header can not hold. */
  | 'malformed-value'
  | 'too-many'
  | 'too-large'

/** The headers that are sent, as given; or the first fault. */
export type CheckedHeaders =
  | { readonly kind: 'headers'; readonly headers: readonly Header[] }
  | { readonly kind: 'fault'; readonly name: HeaderFault }

/**
 * Checks the headers that a client wants to send. A refused header is a fault and is never dropped in silence.
 * `credentialHeader` is the custom header that carries the credential; null: the credential travels in
 * `Authorization`, or there is none. A custom header that is itself refused is a fault, too, because it would
 * replace `Host` or the framing.
 */
export function checkHeaders(headers: readonly Header[], credentialHeader: string | null): CheckedHeaders {
  if (headers.length > MOST_HEADERS) return { kind: 'fault', name: 'too-many' }
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (bytes > MOST_BYTES) return { kind: 'fault', name: 'too-large' }
  const fault =
    credentialHeaderFault(credentialHeader) ??
    headers.map((header) => headerFault(header, credentialHeader)).find((found) => found !== null)
  return fault === undefined ? { kind: 'headers', headers } : { kind: 'fault', name: fault }
}

function credentialHeaderFault(name: string | null): HeaderFault | undefined {
  if (name === null || carriers.has(comparable(name))) return undefined
  return TOKEN.test(name) ? (refusedName(name) ?? undefined) : 'malformed-name'
}

/** Refused headers that may carry the credential itself. */
const carriers: ReadonlySet<string> = new Set(['authorization', 'cookie'])

function headerFault([name, value]: Header, credentialHeader: string | null): HeaderFault | null {
  if (!TOKEN.test(name)) return 'malformed-name'
  if (!VALUE.test(value)) return 'malformed-value'
  const isCredential = credentialHeader !== null && comparable(name) === comparable(credentialHeader)
  return refusedName(name) ?? (isCredential ? 'credential-header' : null)
}

function refusedName(name: string): HeaderFault | null {
  const given = comparable(name)
  return (
    refusedNames.find((refused) => refused === given) ??
    refusedFamilies.find((family) => given.startsWith(family.slice(0, -1))) ??
    null
  )
}

/** CGI and its descendants read `_` and `-` in a header name as the same (RFC 3875 section 4.1.18). */
function comparable(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

/** Returns the headers of an answer that a client is given, in their order. */
export function answerHeaders(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([given]) => {
    const name = given.toLowerCase()
    return !droppedNames.has(name) && !name.startsWith('proxy-')
  })
}
