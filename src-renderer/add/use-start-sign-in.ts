import { useState } from 'react'
import type { SignInRequest } from '#shared/sign-in.ts'
import type { Problem } from '#shared/problem.ts'
import { useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'

/** Starts a sign-in and closes the form; the progress appears as soon as the vault reports it. */
export function useStartSignIn(): {
  readonly start: (request: SignInRequest) => Promise<void>
  readonly problem: Problem | null
  readonly starting: boolean
} {
  const { bridge } = useVault()
  const { commands } = useWindow()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [starting, setStarting] = useState(false)
  async function start(request: SignInRequest): Promise<void> {
    if (starting) return
    setStarting(true)
    setProblem(null)
    const result = await bridge.startSignIn(request)
    setStarting(false)
    if (result.ok) commands.close()
    else setProblem(result.problem)
  }
  return { start, problem, starting }
}
