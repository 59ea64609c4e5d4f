/** A single instance that is made at its first use. */
export type LazyAccess<T> = {
  /** Returns the same instance to every caller, also while it is being made. Rejects as `open`. */
  readonly get: () => Promise<T>
  /** Makes the next `get` open a new instance; for tests. */
  readonly reset: () => void
}

/**
 * Delays `open` until the first `get`. A failure is not kept: the next `get` tries again. The composition
 * root owns the result and passes it on; it is not kept at module level, so two vaults in one process do not
 * share it.
 */
export function lazyAccess<T>(open: () => T | Promise<T>): LazyAccess<T> {
  let opened: Promise<T> | null = null
  const forget = (failed: Promise<T>): void => {
    if (opened === failed) opened = null
  }
  const start = (): Promise<T> => {
    const opening = Promise.resolve().then(open)
    opening.catch(() => forget(opening))
    return opening
  }
  return {
    get: () => (opened ??= start()),
    reset: () => {
      opened = null
    }
  }
}
