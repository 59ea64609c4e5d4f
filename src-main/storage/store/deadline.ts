import { VaultError } from '#shared/problem.ts'

/**
 * As `work`, or KEYCHAIN_TIMEOUT after `ms`; `work` then goes on alone and what becomes of it is ignored. The timer
 * keeps the process alive: an answer that is waited for is worth it, and `close` of what works ends the wait.
 */
export function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new VaultError('KEYCHAIN_TIMEOUT')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** True for the error that `withDeadline` gives, and for a keychain's own time-out. */
export function isTimeout(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'KEYCHAIN_TIMEOUT'
}
