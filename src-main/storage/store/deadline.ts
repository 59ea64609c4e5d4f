import { VaultError } from '#shared/problem.ts'

/**
 * Settles as `work` does, or rejects with KEYCHAIN_TIMEOUT after `ms`; `work` then continues and its result
 * is ignored. The timer keeps the process alive until there is an answer; `close` of what does the work ends
 * the wait.
 */
export function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new VaultError('KEYCHAIN_TIMEOUT')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** True for the error of `withDeadline` and for the keychain's own time-out. */
export function isTimeout(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'KEYCHAIN_TIMEOUT'
}
