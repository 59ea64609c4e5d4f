import type { Clock, CredentialRepository } from './ports.ts'

/** How long closing waits for refreshes under way and for the recovery copy together, in ms. */
const CLOSE_MS = 1000

/** How long a call to the store that is under way when closing begins may take, in ms; none takes a tenth of it. */
const STORE_MS = 300

/** Resolves when `work` has ended or is not waited for any longer. */
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
