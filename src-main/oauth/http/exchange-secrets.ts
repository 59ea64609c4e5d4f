import type { GuardedRequest } from './guarded-fetch.ts'

/**
 * Shortest part of a secret that is looked for, in characters; a shorter one occurs by chance in unrelated
 * texts.
 */
const SHORTEST_PART = 12
/** A secret shorter than this is only compared with whole texts. */
const SHORTEST_SECRET = 6
/** Shortest word that counts as a piece of a secret, and only together with other pieces. */
const SHORTEST_PIECE = 4

/**
 * The secrets of one exchange with a server: those that were sent and those that came back. Every text of that server
 * that is kept or shown is compared with them first, because a server can quote a token as a scope or as a name.
 */
export class ExchangeSecrets {
  readonly #secrets: readonly string[]
  readonly #forms: readonly string[]
  #parts: ReadonlySet<string> | null = null

  constructor(secrets: Iterable<string>) {
    this.#secrets = [...secrets]
    this.#forms = [...new Set(this.#secrets.flatMap(formsOf))].filter((form) => form !== '')
  }

  /** Returns these secrets and more. */
  with(more: Iterable<string>): ExchangeSecrets {
    return new ExchangeSecrets([...this.#secrets, ...more])
  }

  /**
   * True if a text holds one of the secrets, or 12 characters in a row of one: unchanged or in another case,
   * with other characters between them, backwards, percent-encoded, in hexadecimal, base64 or base64url. True
   * also for words that are pieces of a secret and have 12 characters together. A secret of fewer than 12
   * characters must appear as a whole; one of fewer than 6 must be the whole text.
   */
  areQuotedIn(text: string): boolean {
    const readings = readingsOf(text)
    return (
      readings.some((reading) => this.#isQuotedIn(reading)) ||
      this.#piecesOf(text.split(/[\s,;:/?&=+|]+/)).size > 0
    )
  }

  /**
   * Returns the texts that quote no secret. Null: joined in a row they quote one, so that all of them are
   * distrusted.
   */
  unquotedOf(texts: readonly string[]): readonly string[] | null {
    const alone = texts.filter((text) => !this.areQuotedIn(text))
    const pieces = this.#piecesOf(alone)
    const left = alone.filter((text) => !pieces.has(text))
    return this.areQuotedIn(left.join(' ')) ? null : left
  }

  #isQuotedIn(text: string): boolean {
    this.#parts ??= new Set(this.#forms.flatMap(partsOf))
    for (let end = SHORTEST_PART; end <= text.length; end += 1) {
      if (this.#parts.has(text.slice(end - SHORTEST_PART, end))) return true
    }
    return this.#forms.some(
      (form) =>
        form === text ||
        (form.length >= SHORTEST_SECRET && form.length < SHORTEST_PART && text.includes(form))
    )
  }

  /**
   * Returns the words that are pieces of a secret; empty if they are so short together that this can be
   * chance.
   */
  #piecesOf(words: readonly string[]): ReadonlySet<string> {
    const pieces = new Set(words.filter((word) => this.#isPiece(reduced(word))))
    const length = [...pieces].reduce((sum, piece) => sum + reduced(piece).length, 0)
    return length < SHORTEST_PART ? new Set() : pieces
  }

  #isPiece(word: string): boolean {
    return word.length >= SHORTEST_PIECE && this.#forms.some((form) => form.includes(word))
  }
}

/** Returns the secrets in a request, found by their names in OAuth and Supabase Auth. Never throws. */
export function secretsSent({ headers, body }: Pick<GuardedRequest, 'headers' | 'body'>): readonly string[] {
  const fields = fieldsOf(body ?? '')
  const named = SECRET_FIELDS.map((name) => fields[name]).filter((value) => typeof value === 'string')
  const inHeaders = Object.entries(headers).flatMap(([name, value]) =>
    headerSecrets(name.toLowerCase(), value)
  )
  return [...named, ...inHeaders]
}

const SECRET_FIELDS = [
  'client_secret',
  'client_assertion',
  'code',
  'code_verifier',
  'device_code',
  'password',
  'refresh_token',
  'token'
]

function fieldsOf(body: string): Record<string, unknown> {
  if (!body.startsWith('{')) return Object.fromEntries(new URLSearchParams(body))
  try {
    return JSON.parse(body) as Record<string, unknown>
  } catch {
    return {}
  }
}

function headerSecrets(name: string, value: string): readonly string[] {
  if (name === 'apikey') return [value]
  if (name !== 'authorization') return []
  const [scheme = '', credentials = ''] = value.split(' ')
  if (scheme.toLowerCase() !== 'basic') return [credentials]
  // RFC 6749 section 2.3.1: name and password are form-encoded before they are joined.
  const [, secret = ''] = Buffer.from(credentials, 'base64').toString().split(':')
  return [credentials, unescaped(secret)]
}

/** The reduced forms in which a secret may appear in a text. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const plain = reduced(secret)
  const shifted = [0, 1, 2].map((shift) => reduced(base64Of(bytes, shift)))
  return [folded(secret), plain, Array.from(plain).toReversed().join(''), bytes.toString('hex'), ...shifted]
}

/** The base64 characters that depend only on the secret if it begins `shift` bytes after a group of three. */
function base64Of(bytes: Buffer, shift: number): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes])
  const [first, last] = [Math.ceil((shift * 8) / 6), Math.floor((padded.length * 8) / 6)]
  return padded.toString('base64').slice(first, last)
}

function partsOf(form: string): readonly string[] {
  const count = Math.max(form.length - SHORTEST_PART + 1, 0)
  return Array.from({ length: count }, (_, start) => form.slice(start, start + SHORTEST_PART))
}

/** The text as it is and with its escapes undone, each folded and reduced. */
function readingsOf(text: string): readonly string[] {
  const plain = unescaped(text)
  return [...new Set([folded(text), folded(plain), reduced(text), reduced(plain)])]
}

function unescaped(text: string): string {
  return text
    .replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
    .replaceAll(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/**
 * Letters and digits of a text in lower case; this form does not depend on how a text was cut, joined or
 * written.
 */
function reduced(text: string): string {
  return folded(text).replaceAll(/[^\p{L}\p{N}]/gu, '')
}
