/** One instance, made at its first use. */
export type LazyAccess<T> = {
  /** Everybody gets the same one, also those who ask while it is being made. Rejects as `open`. */
  readonly get: () => Promise<T>
  /** The next `get` makes a new one; for tests. */
  readonly reset: () => void
}

/**
 * Puts off `open` until somebody needs what it makes. A failure is not remembered: the next `get` tries again.
 * The composition root owns the result and hands it on; there is none at module level, so two vaults in one process
 * never share one.
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
