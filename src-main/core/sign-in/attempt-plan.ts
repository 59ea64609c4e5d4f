import type { Problem } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { AwaitedAnswer } from './awaited-answer.ts'
import type { Clock } from '../ports.ts'
import type { OAuthProvider, SurfaceKind } from '../provider.ts'
import type { AuthorizationRequest, PendingAuthorization } from '../oauth-client.ts'

export type AttemptPlan = {
  readonly id: string
  readonly provider: OAuthProvider
  /** What can be asked for another time, such as a code instead of a page; null: the answer is there already. */
  readonly request: AuthorizationRequest | null
  readonly surface: SurfaceKind
  readonly awaited: AwaitedAnswer
  /** The provider signs people in by a code too. */
  readonly offersCode: boolean
  /** Null: a first sign-in. */
  readonly again: NonNullable<SignInProgress['again']> | null
}

/** What an attempt needs of the service that runs it. */
export type AttemptPorts = {
  readonly clock: Clock
  readonly onProgress: (progress: SignInProgress) => void
  /** Takes the answer to the end: redeems, stores, and says under which id. */
  readonly finish: (pending: PendingAuthorization) => Promise<string>
  readonly onEnd: () => void
  /** Whether this is an end after which the same can be started once more. */
  readonly canRetry: (problem: Problem) => boolean
  /** The window did not do for this provider. */
  readonly onWindowFailed: () => void
}
