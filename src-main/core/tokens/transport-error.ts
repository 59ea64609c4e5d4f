import type { Secret } from '../secret.ts'

export type TransportKind =
  /** The connection broke, perhaps after the request had arrived. */
  | 'network'
  /** No connection was made, so nothing was sent. */
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
 * The provider gave no usable answer, so the state of the grant is unknown. Holds neither body nor URL,
 * because it is the evidence of a VaultError and may be printed.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly kind: TransportKind
  /** HTTP status. Null: there was no answer. */
  readonly status: number | null
  /** Pause from `Retry-After`, already capped. Null: the provider named none. */
  readonly retryAfterMs: number | null

  constructor(kind: TransportKind, status: number | null = null, retryAfterMs: number | null = null) {
    super(`No usable answer: ${kind}${status === null ? '' : ` ${String(status)}`}`)
    this.kind = kind
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** An answer to a refresh that has a new refresh token but no usable access token. */
export class RotatedAlone extends TransportError {
  readonly refreshToken: Secret

  constructor(status: number, refreshToken: Secret) {
    super('unreadable', status)
    this.refreshToken = refreshToken
  }
}

/**
 * Returns a refresh token that came without an access token, from the evidence of an error of the OAuth
 * client. Null: none.
 */
export function rotatedAlone(error: unknown): Secret | null {
  const transport = transportOf(error)
  return transport instanceof RotatedAlone ? transport.refreshToken : null
}

/**
 * Returns the pause that the provider asked for, from the evidence of an error of the OAuth client. Null:
 * none.
 */
export function retryAfterOf(error: unknown): number | null {
  return transportOf(error)?.retryAfterMs ?? null
}

/** True if the connection broke while the request was under way. */
export function isBrokenConnection(error: unknown): boolean {
  return transportOf(error)?.kind === 'network'
}

/** True if the provider may have processed the request although it gave no usable answer. */
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

/** Returns the network error in the evidence of an error of the OAuth client. Null: there is none. */
export function transportOf(error: unknown): TransportError | null {
  const evidence: unknown = error instanceof Error ? Reflect.get(error, 'evidence') : null
  return evidence instanceof TransportError ? evidence : null
}
