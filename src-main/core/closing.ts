import type { Clock, CredentialRepository } from './ports.ts'

/** Longest time, in ms, that closing waits for refreshes under way and for the recovery copy together. */
const CLOSE_MS = 1000

/**
 * Longest time, in ms, that closing waits for a store call under way; such a call normally takes less than a
 * tenth of it.
 */
const STORE_MS = 300

/** Resolves when `work` has ended or the time to wait for it is up. */
export function atMost(clock: Clock, work: Promise<unknown>, repository: Pick<CredentialRepository, 'idle'>) {
  return new Promise<void>((resolve) => {
    const cancelLate = clock.after(CLOSE_MS, end)
    const cancelStuck = clock.after(STORE_MS, end)
    repository.idle().then(cancelStuck, end)
    work.then(end, end)

    function end(): void {
      cancelLate()
      cancelStuck()
      resolve()
    }
  })
}
