import { createHash, timingSafeEqual } from 'node:crypto'

/** What an authorization answer has to carry to belong to one attempt. */
export type ExpectedAnswer = {
  readonly state: string
  readonly issuer: string
  /** The issuer's metadata promises `iss` in every answer (RFC 9207 section 2.4): then it must be there. */
  readonly requiresIssuer: boolean
}

export type CallbackAnswer =
  | { readonly kind: 'code'; readonly code: string; readonly issuer: string | null }
  | { readonly kind: 'error'; readonly error: string }

const PARAMETERS = ['state', 'code', 'error', 'iss'] as const

/**
 * Reads the query of a request to the redirect address. Null: it does not belong to the attempt, because `state` or
 * `iss` is missing, wrong or there twice, or it holds neither one code nor one error; the wait goes on then. The same
 * rules hold for error answers, or a stranger's error would be shown as the provider's.
 *
 * An answer that names no issuer is bound by the attempt alone: a port that is open for it, a `state` that no other
 * issuer was given, and a path of this issuer's own (`issuerPath`), because an issuer that sends the browser on to
 * another, with all that came along, is not seen by the first two (RFC 9700 section 4.4).
 */
export function readCallback(query: string, expected: ExpectedAnswer): CallbackAnswer | null {
  const parameters = new URLSearchParams(query)
  if (PARAMETERS.some((name) => parameters.getAll(name).length > 1)) return null
  const [state, code, error, issuer] = PARAMETERS.map((name) => parameters.get(name))
  if (!isSameText(state ?? '', expected.state)) return null
  if (typeof issuer === 'string' ? issuer !== expected.issuer : expected.requiresIssuer) return null
  const hasCode = typeof code === 'string' && /^[\x20-\x7e]{1,4096}$/.test(code)
  const hasError = typeof error === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,80}$/.test(error)
  if (hasCode === hasError) return null
  if (hasError) return { kind: 'error', error }
  return { kind: 'code', code: code ?? '', issuer: issuer ?? null }
}

/** In a time that does not depend on where the two differ. */
function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
