import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { CredentialHealth } from '../credential-record.ts'
import { failureClass } from './token-problem.ts'
import type { GrantRenewer } from './grant-renewer.ts'
import { LONGEST_RETRY_AFTER, MINUTE, mayTryNow } from './lifetime.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { type RefreshJournal, readOr } from './refresh-journal.ts'

/** A process that tries to store a rotated token is late by no more than this with its next try. */
const LATE = 2 * MINUTE

type Ports = {
  readonly repository: Pick<CredentialRepository, 'find'>
  readonly journal: Pick<RefreshJournal, 'open'>
  readonly clock: Pick<Clock, 'now'>
}

/** Whether a grant may be renewed now without a person asking: by its health, and by how recently it was. */
export class RenewalGate {
  readonly #ports: Ports
  readonly #renewer: Pick<GrantRenewer, 'unsaved' | 'limit'>

  constructor(ports: Ports, renewer: Pick<GrantRenewer, 'unsaved' | 'limit'>) {
    this.#ports = ports
    this.#renewer = renewer
  }

  /** Throws what the last try threw while the next one is not due; a dead grant is never asked about again. */
  requireTry(ref: CredentialRef): void {
    const health = this.#ports.repository.find(ref)?.health
    const isHeldBack = !this.mayTry(ref) || this.isTooSoon(ref)
    if (health !== undefined && 'code' in health && isHeldBack) throw new VaultError(health.code)
  }

  /** Storing again what could not be stored asks nobody, so that is never too soon. */
  isTooSoon(ref: CredentialRef): boolean {
    return this.#renewer.unsaved.of(ref) === null && !this.#renewer.limit.allows(ref)
  }

  /** False while the next try is not due, or only a person can help. */
  mayTry(ref: CredentialRef): boolean {
    const health = this.#ports.repository.find(ref)?.health
    if (health === undefined) return true
    return mayTryNow(health, this.#ports.clock.now()) && !this.#isHeldElsewhere(ref, health)
  }

  /** Throws the code of the failure while another process tries to store the successor of what is stored. */
  requireNewest(ref: CredentialRef): void {
    const health = this.#ports.repository.find(ref)?.health
    if (health !== undefined && 'code' in health && this.#isHeldElsewhere(ref, health)) {
      throw new VaultError(health.code)
    }
  }

  /**
   * Another process has got a successor and tries to store it: spending the token once more would end both. It notes
   * each of its tries; when none has come for a while it is gone, and its successor with it.
   */
  #isHeldElsewhere(ref: CredentialRef, health: CredentialHealth): boolean {
    if (health.kind !== 'refresh-failing' || health.nextTryAt === null) return false
    if (!isOfTheStore(health.code) || this.#renewer.unsaved.of(ref) !== null) return false
    const since = this.#ports.clock.now().getTime() - health.nextTryAt.getTime()
    if (since < -LONGEST_RETRY_AFTER || since > LATE) return false
    const key = credentialKey(ref)
    return readOr([], () => this.#ports.journal.open()).some((open) => credentialKey(open) === key)
  }
}

/** No refresh ends with these but by its store: elsewhere they tell nothing about a grant. */
function isOfTheStore(code: ProblemCode): boolean {
  return failureClass(code) === null || code === 'STORE_WRITE_FAILED'
}
