import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { CredentialHealth } from '../credential-record.ts'
import { failureClass } from './token-problem.ts'
import type { GrantRefresher } from './grant-refresher.ts'
import { LONGEST_RETRY_AFTER, MINUTE, mayTryNow } from './lifetime.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { type RefreshJournal, readOr } from './refresh-journal.ts'

/** Longest delay of the next try by a process that tries to save a rotated token. */
const LATE = 2 * MINUTE

type Ports = {
  readonly repository: Pick<CredentialRepository, 'find'>
  readonly journal: Pick<RefreshJournal, 'open'>
  readonly clock: Pick<Clock, 'now'>
}

/** Decides whether a grant may be refreshed automatically now, by its health and by its last refresh. */
export class RefreshGate {
  readonly #ports: Ports
  readonly #refresher: Pick<GrantRefresher, 'unsaved' | 'limit'>

  constructor(ports: Ports, refresher: Pick<GrantRefresher, 'unsaved' | 'limit'>) {
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
