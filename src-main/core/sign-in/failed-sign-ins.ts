import type { ServiceId } from '#shared/credential.ts'
import { type Problem, toProblem, VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { SignInPlan } from './sign-in-plan.ts'

type FailedSignIn = { readonly progress: SignInProgress; readonly plan: SignInPlan }
type Ports = {
  readonly onProgress: (progress: SignInProgress) => void
  /** It is kept no more. */
  readonly onDismissed: (attempt: string) => void
}

/**
 * First sign-ins that failed, each with what it was started with, so that nobody has to type it anew. In memory alone,
 * and one of each service: their rows may have the same id, which only one of them may fill.
 */
export class FailedSignIns {
  readonly #ports: Ports
  readonly #kept = new Map<ServiceId, FailedSignIn>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Keeps one that has failed and can be tried again, in the place of another one of the same service. */
  note(progress: SignInProgress, plan: SignInPlan): void {
    const { service, state } = progress
    if (state.kind !== 'failed' || !state.canRetry) return
    this.forgetService(service)
    this.#kept.set(service, { progress, plan })
  }

  /** Whether it is still kept. */
  has(attempt: string): boolean {
    return this.#find(attempt) !== null
  }

  /** What it was started with. Throws INVALID_REQUEST for one that is not kept, or not any more. */
  planOf(attempt: string): SignInPlan {
    const found = this.#find(attempt)
    if (found !== null) return found.plan
    throw new VaultError('INVALID_REQUEST', { message: 'This sign-in is not kept any more. Start it anew.' })
  }

  /** The same could not be started now: it says why. Throws SIGN_IN_CANCELLED if it is not kept any more. */
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

  /** Nothing happens if it is not kept. */
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

  /** Nobody is told. */
  clear(): void {
    this.#kept.clear()
  }

  #find(attempt: string): FailedSignIn | null {
    return [...this.#kept.values()].find(({ progress }) => progress.attempt === attempt) ?? null
  }
}

/**
 * Whether the same may work another time. What the provider refused has to be put right first, and what the person
 * ended is over.
 */
export function isWorthRetrying({ code, retryable }: Problem): boolean {
  return retryable || code === 'SIGN_IN_DENIED'
}
