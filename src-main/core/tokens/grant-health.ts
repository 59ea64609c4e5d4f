import type { CredentialRef } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { CredentialHealth } from '../credential-record.ts'
import { failureClass } from './token-problem.ts'
import { withLacks } from './lacking-scopes.ts'
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

/** Writes to a credential's health how its refreshes end, and when the next try is allowed. */
export class GrantHealth {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Until when the provider asked to be left alone, by `Retry-After`; null when it did not or the time has come. */
  notBefore(ref: CredentialRef): Date | null {
    const health = this.#ports.repository.find(ref)?.health
    const until = health?.kind === 'refresh-failing' ? health.notBefore : undefined
    if (until === undefined) return null
    const wait = until.getTime() - this.#ports.clock.now().getTime()
    return wait > 0 && wait <= HOUR ? until : null
  }

  /** Notes how a refresh failed. What tells nothing about the grant, such as a locked keychain, leaves no trace. */
  failed(ref: CredentialRef, error: unknown): void {
    const code = codeOf(error)
    const kind = failureClass(code)
    if (kind === null) return
    if (kind === 'reauth' || kind === 'reauth-scope') {
      this.#mark(ref, { kind: 'needs-sign-in', code, since: this.#ports.clock.now() })
    } else this.#failing(ref, code, { isSpaced: kind !== 'retry', retryAfterMs: retryAfterOf(error) })
  }

  /** A rotated token could not be stored; that is a failure whatever the store said. */
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

  /** On a full disk the catalog can not be written either; that must not hide the error it is about. */
  #mark(ref: CredentialRef, health: CredentialHealth): void {
    const { repository } = this.#ports
    try {
      repository.setHealth(ref, withLacks(health, repository.find(ref)?.health))
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
    }
  }
}

/** INTERNAL for anything that is no error of ours. */
export function codeOf(error: unknown): ProblemCode {
  return error instanceof VaultError ? error.code : 'INTERNAL'
}
