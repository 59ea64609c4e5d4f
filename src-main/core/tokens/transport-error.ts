import type { Secret } from '../secret.ts'

export type TransportKind =
  /** The connection broke, perhaps after the request had arrived. */
  | 'network'
  /** No connection came about, so nothing was sent. */
  | 'no-connection'
  /** The server's certificate is not trusted, so nothing was sent. */
  | 'certificate'
  | 'timeout'
  | 'status'
  | 'redirect'
  | 'html'
  | 'unreadable'
  | 'too-large'
  | 'refused-for-now'

/**
 * No usable answer came from the provider, so nothing is known about the grant. Holds neither body nor URL:
 * it travels as the evidence of a VaultError and may be printed.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly kind: TransportKind
  /** HTTP status; null when there was no answer at all. */
  readonly status: number | null
  /** From `Retry-After`, already capped; null when the provider did not say. */
  readonly retryAfterMs: number | null

  constructor(kind: TransportKind, status: number | null = null, retryAfterMs: number | null = null) {
    super(`No usable answer: ${kind}${status === null ? '' : ` ${String(status)}`}`)
    this.kind = kind
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** An answer to a refresh without a usable access token, and with the refresh token that takes the place of the spent one. */
export class RotatedAlone extends TransportError {
  readonly refreshToken: Secret

  constructor(status: number, refreshToken: Secret) {
    super('unreadable', status)
    this.refreshToken = refreshToken
  }
}

/** The refresh token that came alone, from the evidence of an error the OAuth client threw; null: none did. */
export function rotatedAlone(error: unknown): Secret | null {
  const transport = transportOf(error)
  return transport instanceof RotatedAlone ? transport.refreshToken : null
}

/** What the provider asked to wait, from the evidence of an error the OAuth client threw; null if it did not. */
export function retryAfterOf(error: unknown): number | null {
  return transportOf(error)?.retryAfterMs ?? null
}

/** The connection broke while the request was under way. */
export function isBrokenConnection(error: unknown): boolean {
  return transportOf(error)?.kind === 'network'
}

/** True if the provider may have done what it was asked although no usable answer came. */
export function mayHaveArrived(error: unknown): boolean {
  const transport = transportOf(error)
  if (transport === null) return false
  const { kind, status } = transport
  return kind === 'status' ? status !== null && status >= 500 : doubtful.has(kind)
}

const doubtful: ReadonlySet<TransportKind> = new Set([
  'network',
  'timeout',
  'html',
  'unreadable',
  'too-large'
])

/** The evidence of an error the OAuth client threw, where it is one of the network; else null. */
export function transportOf(error: unknown): TransportError | null {
  const evidence: unknown = error instanceof Error ? Reflect.get(error, 'evidence') : null
  return evidence instanceof TransportError ? evidence : null
}
