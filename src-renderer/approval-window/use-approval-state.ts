import { useEffect, useState } from 'react'
import type { ApprovalBridge, ApprovalState } from '#shared/approval.ts'
import type { Problem } from '#shared/problem.ts'

type Shown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly state: ApprovalState }

/** What is asked now: read once, then updated by events, which are newer. */
export function useApprovalState(bridge: ApprovalBridge): Shown {
  const [shown, setShown] = useState<Shown>({ kind: 'loading' })
  useEffect(() => {
    let told = false
    let open = true
    const stop = bridge.onApprovalChanged((state) => {
      told = true
      setShown({ kind: 'ready', state })
    })
    async function ask(): Promise<void> {
      const result = await bridge.current()
      if (told || !open) return
      setShown(
        result.ok ? { kind: 'ready', state: result.value } : { kind: 'failed', problem: result.problem }
      )
    }
    void ask()
    return () => {
      open = false
      stop()
    }
  }, [bridge])
  return shown
}
