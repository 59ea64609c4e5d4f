import { useState } from 'react'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { Problem, Result } from '#shared/problem.ts'

/** Whether the way by a code is open and not taken yet. */
export function canSwitchToCode({ offersCode, surface, state }: SignInProgress): boolean {
  return offersCode && surface !== 'device' && state.kind === 'waiting'
}

/** Goes on by a code; `problem`: why the provider gave none. The page stays open then. */
export function useSwitchToCode(ask: () => Promise<Result<null>>): {
  readonly switchToCode: () => Promise<void>
  readonly problem: Problem | null
} {
  const [problem, setProblem] = useState<Problem | null>(null)
  async function switchToCode(): Promise<void> {
    const result = await ask()
    setProblem(result.ok ? null : result.problem)
  }
  return { switchToCode, problem }
}
