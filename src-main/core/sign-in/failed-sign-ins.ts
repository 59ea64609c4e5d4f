import type { ServiceId } from '#shared/credential.ts'
import { type Problem, toProblem, VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { SignInPlan } from './sign-in-plan.ts'

type FailedSignIn = { readonly progress: SignInProgress; readonly plan: SignInPlan }
type Ports = {
  readonly onProgress: (progress: SignInProgress) => void
  /** The failed sign-in is no longer kept. */
  readonly onDismissed: (attempt: string) => void
}

/**
 * Failed first sign-ins with their input, so that a person does not have to type it again. Kept in memory
 * only, one per service: their rows may have the same id, which only one of them may fill.
 */
export class FailedSignIns {
  readonly #ports: Ports
  readonly #kept = new Map<ServiceId, FailedSignIn>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Keeps a failed sign-in that can be tried again; it replaces an earlier one of the same service. */
  note(progress: SignInProgress, plan: SignInPlan): void {
    const { service, state } = progress
    if (state.kind !== 'failed' || !state.canRetry) return
    this.forgetService(service)
    this.#kept.set(service, { progress, plan })
  }

  /** True if the failed sign-in is still kept. */
  has(attempt: string): boolean {
    return this.#find(attempt) !== null
  }

  /** Returns the plan of a failed sign-in. Throws INVALID_REQUEST if it is not kept. */
  planOf(attempt: string): SignInPlan {
    const found = this.#find(attempt)
    if (found !== null) return found.plan
    throw new VaultError('INVALID_REQUEST', {
      message: 'This sign-in is no longer available. Start a new one.'
    })
  }

  /**
   * Notes why a failed sign-in could not be started again, and returns its progress. Throws SIGN_IN_CANCELLED
   * if it is no longer kept.
   */
  failedAgain(attempt: string, error: unknown): SignInProgress {
    const found = this.#find(attempt)
    if (found === null) throw new VaultError('SIGN_IN_CANCELLED')
    const problem = toProblem(error)
    const canRetry = isWorthRetrying(problem)
    const progress = { ...found.progress, state: { kind: 'failed', problem, canRetry } } as const
    if (canRetry) this.#kept.set(progress.service, { ...found, progress })
    else this.#kept.delete(progress.service)
    this.#ports.onProgress(progress)
    return progress
  }

  /** Forgets a failed sign-in; an unknown one is ignored. */
  forget(attempt: string): void {
    const found = this.#find(attempt)
    if (found !== null) this.forgetService(found.progress.service)
  }

  forgetService(service: ServiceId): void {
    const found = this.#kept.get(service)
    if (found === undefined) return
    this.#kept.delete(service)
    this.#ports.onDismissed(found.progress.attempt)
  }

  list(): readonly SignInProgress[] {
    return [...this.#kept.values()].map(({ progress }) => progress)
  }

  /** Forgets all of them without a report. */
  clear(): void {
    this.#kept.clear()
  }

  #find(attempt: string): FailedSignIn | null {
    return [...this.#kept.values()].find(({ progress }) => progress.attempt === attempt) ?? null
  }
}

/**
 * True if the same sign-in may work another time. A refusal by the provider has to be fixed first, and a
 * sign-in that the person ended stays ended.
 */
export function isWorthRetrying({ code, retryable }: Problem): boolean {
  return retryable || code === 'SIGN_IN_DENIED'
}
