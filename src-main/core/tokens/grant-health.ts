import type { CredentialRef } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { CredentialHealth } from '../credential-record.ts'
import { failureClass } from './token-problem.ts'
import { withLacks } from '../catalog-entry.ts'
import { HOUR, SECOND, retryDelay } from './lifetime.ts'
import type { Clock, CredentialRepository, Random } from '../ports.ts'
import { retryAfterOf } from './transport-error.ts'

const SPACED_TRIES = 3
const SPACING = 30 * SECOND

type Ports = {
  readonly repository: Pick<CredentialRepository, 'find' | 'setHealth'>
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
}

/** Records in a credential's health the outcome of its refreshes and the time of the next try. */
export class GrantHealth {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Returns the end of the provider's `Retry-After`. Null: there is none, or it has passed. */
  notBefore(ref: CredentialRef): Date | null {
    const health = this.#ports.repository.find(ref)?.health
    const until = health?.kind === 'refresh-failing' ? health.notBefore : undefined
    if (until === undefined) return null
    const wait = until.getTime() - this.#ports.clock.now().getTime()
    return wait > 0 && wait <= HOUR ? until : null
  }

  /**
   * Records a failed refresh. An error that tells nothing about the grant, such as a locked keychain, is not
   * recorded.
   */
  failed(ref: CredentialRef, error: unknown): void {
    const code = codeOf(error)
    const kind = failureClass(code)
    if (kind === null) return
    if (kind === 'reauth' || kind === 'reauth-scope') {
      this.#mark(ref, { kind: 'needs-sign-in', code, since: this.#ports.clock.now() })
    } else this.#failing(ref, code, { isSpaced: kind !== 'retry', retryAfterMs: retryAfterOf(error) })
  }

  /** Records that a rotated token could not be saved, whatever the error of the store. */
  unsaved(ref: CredentialRef, code: ProblemCode): void {
    this.#failing(ref, code, { isSpaced: false, retryAfterMs: null })
  }

  #failing(
    ref: CredentialRef,
    code: ProblemCode,
    { isSpaced, retryAfterMs }: { isSpaced: boolean; retryAfterMs: number | null }
  ): void {
    const { clock, random, repository } = this.#ports
    const before = repository.find(ref)?.health
    const failing = before?.kind === 'refresh-failing' ? before : null
    const failures = failing?.code === code ? failing.failures + 1 : 1
    const now = clock.now()
    const delay = Math.max(isSpaced ? SPACING : 0, retryDelay(failures, random(), retryAfterMs))
    const nextTryAt = isSpaced && failures >= SPACED_TRIES ? null : new Date(now.getTime() + delay)
    const notBefore = retryAfterMs === null ? {} : { notBefore: new Date(now.getTime() + delay) }
    const since = failing?.since ?? now
    this.#mark(ref, { kind: 'refresh-failing', code, failures, since, nextTryAt, ...notBefore })
  }

  /** On a full disk the catalog cannot be written either; that must not hide the original error. */
  #mark(ref: CredentialRef, health: CredentialHealth): void {
    const { repository } = this.#ports
    try {
      repository.setHealth(ref, withLacks(health, repository.find(ref)?.health))
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
    }
  }
}

/** Returns the code of a VaultError, and INTERNAL for every other error. */
export function codeOf(error: unknown): ProblemCode {
  return error instanceof VaultError ? error.code : 'INTERNAL'
}
