import type { Problem } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { AwaitedAnswer } from './awaited-answer.ts'
import type { Clock } from '../ports.ts'
import type { OAuthProvider, SurfaceKind } from '../provider.ts'
import type { AuthorizationRequest, PendingAuthorization } from '../oauth-client.ts'

export type AttemptPlan = {
  readonly id: string
  readonly provider: OAuthProvider
  /**
   * Request that can be repeated, such as for a code instead of a page. Null: the answer is already there.
   */
  readonly request: AuthorizationRequest | null
  readonly surface: SurfaceKind
  readonly awaited: AwaitedAnswer
  /** The provider also offers sign-in by a code. */
  readonly offersCode: boolean
  /** Null: a first sign-in. */
  readonly again: NonNullable<SignInProgress['again']> | null
}

/** Ports that the service gives to an attempt. */
export type AttemptPorts = {
  readonly clock: Clock
  readonly onProgress: (progress: SignInProgress) => void
  /** Redeems the answer and saves the grant; returns the id of the credential. */
  readonly finish: (pending: PendingAuthorization) => Promise<string>
  readonly onEnd: () => void
  /** True if the same sign-in can be started again after this problem. */
  readonly canRetry: (problem: Problem) => boolean
  /** The window did not work for this provider. */
  readonly onWindowFailed: () => void
}
