import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { MINUTE, SECOND } from './lifetime.ts'
import type { Clock } from '../ports.ts'

const SHORTEST_ROUND = 30 * SECOND
const WATCHED = MINUTE
/** Difference between wall clock and elapsed time up to which the clock counts as unchanged. */
const TOLERATED = 5 * SECOND

type Last = {
  readonly at: number
  readonly cancel: () => void
  readonly worked: boolean
  isRecent: boolean
  /** The wall clock was changed since then, even if it is right again. */
  isShaken: boolean
}

/**
 * The limit of automatic refreshes of a grant: one in 30 seconds, whatever the life of its tokens, and one in
 * a minute, whatever the wall clock does. Elapsed time counts, because a jump of the clock makes every token
 * look used up.
 */
export class RefreshLimit {
  readonly #clock: Clock
  readonly #last = new Map<string, Last>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notes the end of a refresh request. `worked`: new tokens came. */
  note(ref: CredentialRef, worked: boolean): void {
    const key = credentialKey(ref)
    this.#last.get(key)?.cancel()
    const cancelRecent = this.#clock.after(SHORTEST_ROUND, () => {
      last.isRecent = false
    })
    const cancelAll = this.#clock.after(WATCHED, () => this.#last.delete(key))
    const cancel = (): void => {
      cancelRecent()
      cancelAll()
    }
    const at = this.#clock.now().getTime()
    const last: Last = { at, cancel, worked, isRecent: true, isShaken: false }
    this.#last.set(key, last)
  }

  allows(ref: CredentialRef): boolean {
    const last = this.#last.get(credentialKey(ref))
    if (last === undefined) return true
    const age = this.#clock.now().getTime() - last.at
    last.isShaken ||= age < -TOLERATED || age > WATCHED + TOLERATED
    return !last.isShaken && !(last.worked && last.isRecent)
  }

  /** Drops limits that ended during a sleep, whose time the alarms did not count. */
  wake(): void {
    for (const [key, { at, cancel }] of this.#last) {
      if (this.#clock.now().getTime() - at < WATCHED) continue
      cancel()
      this.#last.delete(key)
    }
  }

  /** Drops the limit of a credential that was replaced or removed. */
  forget(ref: CredentialRef): void {
    this.#last.get(credentialKey(ref))?.cancel()
    this.#last.delete(credentialKey(ref))
  }

  close(): void {
    for (const { cancel } of this.#last.values()) cancel()
    this.#last.clear()
  }
}
