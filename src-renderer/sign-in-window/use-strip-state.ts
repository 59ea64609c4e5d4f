import { useEffect, useState } from 'react'
import type { SignInStripBridge, StripState } from '#shared/sign-in-strip.ts'
import type { Problem } from '#shared/problem.ts'

type Strip =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly state: StripState }

/** The state of this window's own attempt: read once, then updated by events, which are newer. */
export function useStripState(bridge: SignInStripBridge): Strip {
  const [strip, setStrip] = useState<Strip>({ kind: 'loading' })
  useEffect(() => {
    let told = false
    let open = true
    const stop = bridge.onState((state) => {
      told = true
      setStrip({ kind: 'ready', state })
    })
    async function ask(): Promise<void> {
      const result = await bridge.getState()
      if (told || !open) return
      setStrip(
        result.ok ? { kind: 'ready', state: result.value } : { kind: 'failed', problem: result.problem }
      )
    }
    void ask()
    return () => {
      open = false
      stop()
    }
  }, [bridge])
  return strip
}
