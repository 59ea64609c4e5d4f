import { createHash, timingSafeEqual } from 'node:crypto'

/** Values that an authorization answer must carry to belong to one attempt. */
export type ExpectedAnswer = {
  readonly state: string
  readonly issuer: string
  /** The issuer's metadata promises `iss` in every answer (RFC 9207 section 2.4), so it is required. */
  readonly requiresIssuer: boolean
}

export type CallbackAnswer =
  | { readonly kind: 'code'; readonly code: string; readonly issuer: string | null }
  | { readonly kind: 'error'; readonly error: string }

const PARAMETERS = ['state', 'code', 'error', 'iss'] as const

/**
 * Reads the query of a request to the redirect address. Null: the request does not belong to the attempt,
 * because `state` or `iss` is missing, wrong or repeated, or because it does not hold exactly one code or one
 * error; the wait continues then. The same rules hold for error answers; otherwise a stranger's error would
 * be shown as the provider's.
 *
 * An answer that names no issuer is bound only by the attempt: its open port, its `state`, which no other
 * issuer got, and the issuer's own path (`issuerPath`). The path is needed because port and `state` do not
 * detect an issuer that sends the browser on to another issuer with all parameters (RFC 9700 section 4.4).
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

/** Compares two texts in a time that does not depend on where they differ. */
function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
