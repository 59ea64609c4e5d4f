export type TransportKind =
  | 'network'
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

/** What the provider asked to wait, from the evidence of an error the OAuth client threw; null if it did not. */
export function retryAfterOf(error: unknown): number | null {
  const evidence: unknown = error instanceof Error ? Reflect.get(error, 'evidence') : null
  return evidence instanceof TransportError ? evidence.retryAfterMs : null
}
