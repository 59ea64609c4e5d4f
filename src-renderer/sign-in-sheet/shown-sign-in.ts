import type { SignInProgress } from '#shared/sign-in.ts'
import type { ReadyState } from '../state/vault-state.ts'

/** Returns the newest sign-in that is under way or failed, else null. A cancelled one is not shown. */
export function shownSignIn(signIns: ReadyState['signIns']): SignInProgress | null {
  return [...signIns.values()].findLast((each) => !isCancelled(each)) ?? null
}

function isCancelled({ state }: SignInProgress): boolean {
  return state.kind === 'failed' && state.problem.code === 'SIGN_IN_CANCELLED'
}
