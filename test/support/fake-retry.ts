import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'

type Ports = {
  readonly signIns: Map<string, SignInProgress>
  readonly setSignIn: (progress: SignInProgress) => void
  readonly onDismissed: (attempt: string) => void
  readonly attempt: () => string
  /** When a sign-in that starts now ends by itself. */
  readonly until: () => string
}

/** Failed sign-ins that wait to be tried again or dismissed. */
export function fakeRetry({
  signIns,
  setSignIn,
  onDismissed,
  attempt,
  until
}: Ports): Pick<VaultRequestHandlers, 'retrySignIn' | 'dismissSignIn'> {
  function dismiss(id: string): void {
    if (signIns.get(id)?.state.kind !== 'failed') return
    signIns.delete(id)
    onDismissed(id)
  }
  return {
    retrySignIn: async (id) => {
      const failed = signIns.get(id)
      if (failed?.state.kind !== 'failed' || !failed.state.canRetry) throw new VaultError('INVALID_REQUEST')
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
