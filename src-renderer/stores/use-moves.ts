import { useState } from 'react'
import type { Problem, Result } from '#shared/problem.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import { useVault } from '../state/vault-context.tsx'

export type Moves = {
  /** True while a request is under way; the move itself continues after it. */
  readonly busy: boolean
  /** The reason for which the last request was refused. */
  readonly problem: Problem | null
  readonly begin: (target: StoreTarget) => Promise<boolean>
  readonly resume: (passphrase: string | null) => Promise<boolean>
  readonly undo: () => Promise<boolean>
  readonly forget: () => void
}

/** The requests about a move; each returns whether it was accepted. */
export function useMoves(): Moves {
  const { bridge, store } = useVault()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  async function ask(request: () => Promise<Result<StoreMove | null>>): Promise<boolean> {
    if (busy) return false
    setBusy(true)
    setProblem(null)
    const result = await request()
    setBusy(false)
    if (!result.ok) setProblem(result.problem)
    // A move that has started reports itself by events, which may be newer than this answer.
    else if (result.value === null) store.patch({ move: null })
    return result.ok
  }
  return {
    busy,
    problem,
    begin: (target) => ask(() => bridge.moveStore(target)),
    resume: (passphrase) => ask(() => bridge.resumeMove({ passphrase })),
    undo: () => ask(() => bridge.undoMove()),
    forget: () => setProblem(null)
  }
}
