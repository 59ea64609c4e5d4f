import type { OAuthProvider } from '../../core/provider.ts'
import type { TransportKind } from '../../core/tokens/transport-error.ts'
import type { Lifetime, TokenSet } from '../../core/credential-record.ts'
import { SECOND } from '../../core/tokens/lifetime.ts'
import { Secret } from '../../core/secret.ts'
import { isRecord } from './json.ts'

/** The unchecked answer of a token endpoint. */
export type RawAnswer = { readonly status: number; readonly contentType: string; readonly text: string }

/** Fields of a token answer in the form of RFC 6749 section 5.1. */
export type TokenFields = {
  readonly accessToken: string
  readonly refreshToken: string | null
  readonly idToken: string | null
  /** Token type as the provider wrote it; null: it is missing. */
  readonly tokenType: string | null
  readonly lifetime:
    | { readonly kind: 'seconds'; readonly seconds: number }
    | { readonly kind: 'absent' | 'bad' }
  /** Lifetime of the refresh token in seconds; null: the provider did not name a usable one. */
  readonly refreshLife: number | 'endless' | null
  /** Null: the provider did not say. Empty: none. */
  readonly scopes: readonly string[] | null
}

export type TokenAnswer =
  | { readonly kind: 'tokens'; readonly fields: TokenFields }
  /**
   * `code`: the OAuth error code; null if the answer names no well-formed one. `status`: 400 for an error in
   * a successful answer. A successful answer without tokens and without an error keeps its own status,
   * because it may have spent what was sent.
   */
  | { readonly kind: 'error'; readonly status: number; readonly code: string | null }
  /** A successful answer with an unusable access token and a usable refresh token. */
  | { readonly kind: 'rotated-alone'; readonly refreshToken: string }
  | { readonly kind: 'transport'; readonly transport: TransportKind }

const LONGEST_LIFE = 10 * 365 * 24 * 3600
const LATER: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

/** Differences of a provider's answers from RFC 6749 section 5. */
export type AnswerQuirks = Pick<OAuthProvider, 'tokensAt' | 'errorCodes'>

const NO_QUIRKS: AnswerQuirks = { tokensAt: [], errorCodes: {} }

/**
 * Reads a token endpoint's answer and repairs what can be repaired, because the answer to a refresh may hold the
 * only copy of a rotated token: an unusable `expires_in`, `scope` or `refresh_token` counts as absent, form encoding
 * and one level of wrapping are undone. An error in a 200 is an error, and so is `ok: false` (Slack). Never throws.
 */
export function readTokenAnswer(
  raw: RawAnswer,
  scopeSeparator: ' ' | ',',
  { tokensAt, errorCodes }: AnswerQuirks = NO_QUIRKS
): TokenAnswer {
  if (isHtml(raw)) return { kind: 'transport', transport: 'html' }
  const parsed = parseBody(raw)
  const body = tokensBelow(parsed, tokensAt) ?? unwrapped(parsed)
  const isSuccess = raw.status >= 200 && raw.status < 300
  const accessToken = parsed?.['ok'] === false ? null : tokenText(body?.['access_token'])
  if (isSuccess && body !== null && accessToken !== null) {
    return { kind: 'tokens', fields: readFields(body, accessToken, scopeSeparator) }
  }
  const rotated = refreshTokenText(body?.['refresh_token'])
  if (isSuccess && parsed?.['ok'] !== false && parsed?.['error'] === undefined && rotated !== null) {
    return { kind: 'rotated-alone', refreshToken: rotated }
  }
  const code = errorCode(parsed?.['error'] ?? body?.['error'], errorCodes)
  if (code !== null && LATER.has(code)) return { kind: 'transport', transport: 'refused-for-now' }
  if (isSuccess && body === null) return { kind: 'transport', transport: 'unreadable' }
  const isUnclear = code === null && parsed?.['ok'] !== false
  return { kind: 'error', status: isSuccess && !isUnclear ? 400 : raw.status, code }
}

function readFields(body: Record<string, unknown>, accessToken: string, separator: ' ' | ','): TokenFields {
  const tokenType = body['token_type']
  return {
    accessToken,
    refreshToken: refreshTokenText(body['refresh_token']),
    idToken: tokenText(body['id_token']),
    tokenType: typeof tokenType === 'string' && /^[\w.~+-]{1,60}$/.test(tokenType) ? tokenType : null,
    lifetime: readLifetime(body['expires_in']),
    refreshLife: readRefreshLife(body),
    scopes: readScopes(body['scope'], separator)
  }
}

/**
 * True for an HTML page. An answer without an explicit type is often sent as HTML, so one of that type is
 * HTML only if it looks like neither JSON nor a form.
 */
function isHtml({ contentType, text }: RawAnswer): boolean {
  const isCalledSo = contentType === 'text/html' || contentType === 'application/xhtml+xml'
  return isCalledSo ? !/^\s*(?:\{|[\w.]+=)/.test(text) : /^\s*<(!doctype|html)/i.test(text)
}

function parseBody({ contentType, text }: RawAnswer): Record<string, unknown> | null {
  const body = text.replace(/^\uFEFF/, '').trim()
  if (body === '') return null
  if (contentType === 'application/x-www-form-urlencoded') return fromForm(body)
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : null
  } catch {
    // The error quotes the body, so it is not passed on.
    return /^[\w.]+=/.test(body) ? fromForm(body) : null
  }
}

function fromForm(text: string): Record<string, unknown> {
  return Object.fromEntries(new URLSearchParams(text))
}

/**
 * Returns the object below the names of the row if it holds a token; null if not, as in answers to a refresh.
 */
function tokensBelow(
  body: Record<string, unknown> | null,
  names: readonly string[]
): Record<string, unknown> | null {
  if (names.length === 0) return null
  let inner: unknown = body
  for (const name of names) inner = isRecord(inner) && Object.hasOwn(inner, name) ? inner[name] : null
  return isRecord(inner) && tokenText(inner['access_token']) !== null ? inner : null
}

/** Undoes one level of wrapping: some providers put the tokens of a person one level down. */
function unwrapped(body: Record<string, unknown> | null): Record<string, unknown> | null {
  if (body === null || body['access_token'] !== undefined || body['error'] !== undefined) return body
  const inner = [body['data'], body['authed_user']].find(
    (value): value is Record<string, unknown> => isRecord(value) && value['access_token'] !== undefined
  )
  return inner ?? body
}

/** RFC 6749 appendix A.12 and A.17: printable ASCII. Anything else could not be sent in a header anyway. */
function tokenText(value: unknown): string | null {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) ? value : null
}

/** Words that programs write for a missing value. */
const NOTHING: ReadonlySet<string> = new Set(['null', 'undefined', 'none', 'nil', 'false'])

/**
 * Reads a refresh token. A stray line end is removed; a word for a missing value counts as absent, so that it
 * never replaces a good token.
 */
function refreshTokenText(value: unknown): string | null {
  const text = tokenText(typeof value === 'string' ? value.trim() : value)
  return text === null || NOTHING.has(text.toLowerCase()) ? null : text
}

/**
 * Reads an error code (RFC 6749 section 5.2), translated from the provider's own word if the row knows it.
 * All codes in use are words; any other text might be a token and is not passed on.
 */
function errorCode(value: unknown, known: AnswerQuirks['errorCodes']): string | null {
  if (typeof value !== 'string') return null
  const code = Object.hasOwn(known, value) ? known[value] : value
  return code !== undefined && /^[a-z_]{1,40}$/.test(code) ? code : null
}

function readLifetime(value: unknown): TokenFields['lifetime'] {
  if (value === undefined) return { kind: 'absent' }
  const seconds = secondsIn(value)
  if (seconds === null) return { kind: 'bad' }
  return { kind: 'seconds', seconds: Math.floor(Math.min(seconds, LONGEST_LIFE)) }
}

/**
 * Reads the lifetime of the refresh token, which has no standard name: `refresh_token_expires_in` at GitHub
 * and others, `refresh_expires_in` at Keycloak. There 0 beside a refresh token means an offline session,
 * which does not expire. Any other value that is not above 0 is ignored.
 */
function readRefreshLife(body: Record<string, unknown>): TokenFields['refreshLife'] {
  const named = [body['refresh_token_expires_in'], body['refresh_expires_in']].map(secondsIn)
  const seconds = named.find((value) => value !== null && value >= 1 && value <= LONGEST_LIFE)
  if (seconds !== undefined && seconds !== null) return Math.floor(seconds)
  const isOffline = named[1] === 0 && refreshTokenText(body['refresh_token']) !== null
  return isOffline ? 'endless' : null
}

/** Reads a number or a text of digits, zero or above; null: anything else. */
function secondsIn(value: unknown): number | null {
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value))
  const seconds = isNumeric ? Number(value) : Number.NaN
  return Number.isNaN(seconds) || seconds < 0 ? null : seconds
}

function readScopes(value: unknown, separator: ' ' | ','): readonly string[] | null {
  const text = Array.isArray(value) ? value.filter((item) => typeof item === 'string').join(' ') : value
  if (typeof text !== 'string') return null
  const parts = text.split(separator === ',' ? /[,\s]+/ : /\s+/)
  return [...new Set(parts.filter((part) => /^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/.test(part)))]
}

/**
 * Returns the tokens of an answer. `issuedAt`: time at which the request was sent, the earliest start of
 * their lifetime.
 */
export function toTokenSet(fields: TokenFields, provider: OAuthProvider, issuedAt: Date): TokenSet {
  return {
    accessToken: new Secret(fields.accessToken),
    refreshToken: fields.refreshToken === null ? null : new Secret(fields.refreshToken),
    tokenType: fields.tokenType ?? 'bearer',
    expiry: expiryOf(fields.lifetime, provider, issuedAt),
    issuedAt,
    ...refreshEndOf(fields.refreshLife, issuedAt)
  }
}

function refreshEndOf(life: TokenFields['refreshLife'], toldAt: Date): Pick<TokenSet, 'refreshEnd'> {
  if (life === null) return {}
  if (life === 'endless') return { refreshEnd: { kind: 'never' } }
  return { refreshEnd: { kind: 'at', at: new Date(toldAt.getTime() + life * SECOND), toldAt } }
}

/**
 * The expiry of an access token. An unusable `expires_in` makes it unknown; the provider's rule is only for a
 * missing one.
 */
function expiryOf(lifetime: TokenFields['lifetime'], provider: OAuthProvider, issuedAt: Date): Lifetime {
  switch (lifetime.kind) {
    case 'seconds':
      return { kind: 'at', at: new Date(issuedAt.getTime() + lifetime.seconds * SECOND) }
    case 'absent':
      return { kind: provider.missingLifetime }
    case 'bad':
      return { kind: 'unknown' }
  }
}
