import type { GuardedRequest } from './guarded-fetch.ts'

/** A shorter part of a secret is found by chance in texts that have nothing to do with it. */
const SHORTEST_PART = 12
/** A secret that is shorter still is compared with whole texts alone. */
const SHORTEST_SECRET = 6
/** A piece this short counts only beside others. */
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

  /** These and more. */
  with(more: Iterable<string>): ExchangeSecrets {
    return new ExchangeSecrets([...this.#secrets, ...more])
  }

  /**
   * Whether a text holds one of the secrets or 12 characters in a row of one: as they are or in another case, with
   * other signs between them, backwards, percent-encoded, in hexadecimal, base64 or base64url; or words that are
   * pieces of one and have 12 characters together. Of a secret that is shorter the whole is looked for; of one below 6
   * characters, whether it is the whole text.
   */
  areQuotedIn(text: string): boolean {
    const readings = readingsOf(text)
    return (
      readings.some((reading) => this.#isQuotedIn(reading)) ||
      this.#piecesOf(text.split(/[\s,;:/?&=+|]+/)).size > 0
    )
  }

  /** The texts that quote nothing. Null: in a row they quote a secret, so that none of them can be believed. */
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

  /** The words that stand in a secret; none if they are so few that this can be chance. */
  #piecesOf(words: readonly string[]): ReadonlySet<string> {
    const pieces = new Set(words.filter((word) => this.#isPiece(reduced(word))))
    const length = [...pieces].reduce((sum, piece) => sum + reduced(piece).length, 0)
    return length < SHORTEST_PART ? new Set() : pieces
  }

  #isPiece(word: string): boolean {
    return word.length >= SHORTEST_PIECE && this.#forms.some((form) => form.includes(word))
  }
}

/** The secrets that a request holds, by the names that OAuth and Supabase Auth have for them. Never throws. */
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

/** How a secret may stand in a text, reduced. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const plain = reduced(secret)
  const shifted = [0, 1, 2].map((shift) => reduced(base64Of(bytes, shift)))
  return [folded(secret), plain, Array.from(plain).toReversed().join(''), bytes.toString('hex'), ...shifted]
}

/** The characters that depend on the secret alone when it begins `shift` bytes after a group of three. */
function base64Of(bytes: Buffer, shift: number): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes])
  const [first, last] = [Math.ceil((shift * 8) / 6), Math.floor((padded.length * 8) / 6)]
  return padded.toString('base64').slice(first, last)
}

function partsOf(form: string): readonly string[] {
  const count = Math.max(form.length - SHORTEST_PART + 1, 0)
  return Array.from({ length: count }, (_, start) => form.slice(start, start + SHORTEST_PART))
}

/** A text as it is, and with its escapes undone. */
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

/** Letters and digits alone, in lower case: what is left whichever way a text was cut, joined or written. */
function reduced(text: string): string {
  return folded(text).replaceAll(/[^\p{L}\p{N}]/gu, '')
}
