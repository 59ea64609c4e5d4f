import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { CredentialHealth } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { failureClass } from './token-problem.ts'
import { LONGEST_RETRY_AFTER, MINUTE, mayTryNow, SECOND } from './lifetime.ts'
import { type RefreshJournal, readOr, type UnsavedGrants } from './refresh-journal.ts'

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
 * Limits the automatic refreshes of a grant to one in 30 seconds, also where tokens live for less, and to one in a
 * minute, also where the wall clock jumps. Elapsed time counts, because a jump makes every token look expired.
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

/** Longest delay of the next try by a process that tries to save a rotated token. */
const LATE = 2 * MINUTE

type Ports = {
  readonly repository: Pick<CredentialRepository, 'find'>
  readonly journal: Pick<RefreshJournal, 'open'>
  readonly clock: Pick<Clock, 'now'>
}

/** The refreshes that were made: when each grant was last refreshed, and which grants are not saved. */
type Refreshes = { readonly unsaved: Pick<UnsavedGrants, 'of'>; readonly limit: Pick<RefreshLimit, 'allows'> }

/** Decides whether a grant may be refreshed automatically now, by its health and by its last refresh. */
export class RefreshGate {
  readonly #ports: Ports
  readonly #refresher: Refreshes

  constructor(ports: Ports, refresher: Refreshes) {
    this.#ports = ports
    this.#refresher = refresher
  }

  /**
   * Throws the code of the last failure while the next try is not due. An ended grant is never tried again.
   */
  requireTry(ref: CredentialRef): void {
    const health = this.#ports.repository.find(ref)?.health
    const isHeldBack = !this.mayTry(ref) || this.isTooSoon(ref)
    if (health !== undefined && 'code' in health && isHeldBack) throw new VaultError(health.code)
  }

  /**
   * True if the last refresh is too recent. Saving a grant again is never too soon, because it sends no
   * request.
   */
  isTooSoon(ref: CredentialRef): boolean {
    return this.#refresher.unsaved.of(ref) === null && !this.#refresher.limit.allows(ref)
  }

  /** False while the next try is not due, or if only a person can help. */
  mayTry(ref: CredentialRef): boolean {
    const health = this.#ports.repository.find(ref)?.health
    if (health === undefined) return true
    return mayTryNow(health, this.#ports.clock.now()) && !this.#isHeldElsewhere(ref, health)
  }

  /** Throws the code of the failure while another process tries to save the successor of the stored grant. */
  requireNewest(ref: CredentialRef): void {
    const health = this.#ports.repository.find(ref)?.health
    if (health !== undefined && 'code' in health && this.#isHeldElsewhere(ref, health)) {
      throw new VaultError(health.code)
    }
  }

  /**
   * True while another process tries to save a successor: a second use of the token would end both. That
   * process records each of its tries; if none comes for a while, it is gone and its successor with it.
   */
  #isHeldElsewhere(ref: CredentialRef, health: CredentialHealth): boolean {
    if (health.kind !== 'refresh-failing' || health.nextTryAt === null) return false
    if (!isOfTheStore(health.code) || this.#refresher.unsaved.of(ref) !== null) return false
    const since = this.#ports.clock.now().getTime() - health.nextTryAt.getTime()
    if (since < -LONGEST_RETRY_AFTER || since > LATE) return false
    const key = credentialKey(ref)
    return readOr([], () => this.#ports.journal.open()).some((open) => credentialKey(open) === key)
  }
}

/** True for errors of the store: a refresh has these codes only if its store failed. */
function isOfTheStore(code: ProblemCode): boolean {
  return failureClass(code) === null || code === 'STORE_WRITE_FAILED'
}
