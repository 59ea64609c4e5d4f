import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { type ProblemCode, toProblem, VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'

type Ports = {
  readonly signIns: Map<string, SignInProgress>
  readonly setSignIn: (progress: SignInProgress) => void
  readonly onDismissed: (attempt: string) => void
  /** Why the next sign-in can not be started, once; null: it can. */
  readonly takeStartFailure: () => ProblemCode | null
  readonly attempt: () => string
  /** When a sign-in that starts now ends by itself. */
  readonly until: () => string
}

/** Failed sign-ins that wait to be tried again or dismissed. */
export function fakeRetry({
  signIns,
  setSignIn,
  onDismissed,
  takeStartFailure,
  attempt,
  until
}: Ports): Pick<VaultRequestHandlers, 'retrySignIn' | 'dismissSignIn'> {
  function dismiss(id: string): void {
    if (signIns.get(id)?.state.kind !== 'failed') return
    signIns.delete(id)
    onDismissed(id)
  }
  function failedAgain(failed: SignInProgress, code: ProblemCode): SignInProgress {
    const problem = toProblem(new VaultError(code))
    const state = { kind: 'failed', problem, canRetry: problem.retryable } as const
    const progress: SignInProgress = { ...failed, state }
    setSignIn(progress)
    return progress
  }
  return {
    retrySignIn: async (id) => {
      const failed = signIns.get(id)
      if (failed?.state.kind !== 'failed' || !failed.state.canRetry) throw new VaultError('INVALID_REQUEST')
      const code = takeStartFailure()
      if (code !== null) return failedAgain(failed, code)
      const state = { kind: 'waiting', until: until() } as const
      const progress: SignInProgress = {
        ...failed,
        attempt: attempt(),
        surface: 'window',
        device: null,
        state
      }
      setSignIn(progress)
      dismiss(id)
      return progress
    },
    dismissSignIn: async (id) => {
      dismiss(id)
      return null
    }
  }
}
