import { useState } from 'react'
import type { RelayState } from '#shared/broker/relays.ts'
import type { Problem, Result } from '#shared/problem.ts'
import { type Followed, Follower } from '../state/followed.ts'
import { useFollowed, useVault } from '../state/vault-context.tsx'

export type Relay = {
  readonly state: Followed<RelayState>
  /** Of the last press; null: it worked. */
  readonly problem: Problem | null
  readonly isBusy: boolean
  /** Resolve with false if it did not work. */
  readonly open: (host: string | null) => Promise<boolean>
  readonly close: () => Promise<boolean>
}

/** The relay of one credential. The component that uses it is made again for another one. */
export function useRelay(id: string): Relay {
  const { bridge } = useVault()
  const [follower] = useState(
    () =>
      new Follower({
        ask: () => bridge.getRelay(id),
        onChange: (listener) => bridge.on('relaysChanged', listener)
      })
  )
  const state = useFollowed(follower)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  async function press(request: () => Promise<Result<unknown>>): Promise<boolean> {
    if (isBusy) return false
    setBusy(true)
    setProblem(null)
    const result = await request()
    if (!result.ok) setProblem(result.problem)
    await follower.reload()
    setBusy(false)
    return result.ok
  }
  return {
    state,
    problem,
    isBusy,
    open: async (host) => await press(async () => await bridge.openRelay(id, host)),
    close: async () => await press(async () => await bridge.closeRelay(id))
  }
}
