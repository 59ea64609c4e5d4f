import { setTimeout as sleep } from 'node:timers/promises'
import { VaultError } from '#shared/problem.ts'

/**
 * As `work`, or KEYCHAIN_TIMEOUT after `ms`; `work` then goes on alone and what becomes of it is ignored. The timer
 * keeps the process alive: an answer that is waited for is worth it, and `close` of what works ends the wait.
 */
export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  const over = new AbortController()
  const passed = sleep(ms, null, { signal: over.signal }).then(() => {
    throw new VaultError('KEYCHAIN_TIMEOUT')
  })
  try {
    return await Promise.race([work, passed])
  } finally {
    over.abort()
  }
}

/** True for the error that `withDeadline` gives, and for a keychain's own time-out. */
export function isTimeout(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'KEYCHAIN_TIMEOUT'
}
