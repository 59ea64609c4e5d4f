import { useState } from 'react'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { Problem, Result } from '#shared/problem.ts'

/** Returns true if a sign-in by code is offered and not used yet. */
export function canSwitchToCode({ offersCode, surface, state }: SignInProgress): boolean {
  return offersCode && surface !== 'device' && state.kind === 'waiting'
}

/** Continues by a code. `problem`: the reason for which the provider gave none; the page stays open then. */
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
