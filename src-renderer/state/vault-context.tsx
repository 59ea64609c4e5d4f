import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { VaultBridge } from '#shared/bridge.ts'
import { type Clock, createClock } from '../time/clock.ts'
import { type ActivityFeed, createActivityFeed } from './activity-feed.ts'
import type { Followed, Follower } from './followed.ts'
import type { ReadyState, VaultState } from './vault-state.ts'
import { VaultStore } from './vault-store.ts'

type Vault = {
  readonly bridge: VaultBridge
  readonly store: VaultStore
  readonly clock: Clock
  readonly activity: ActivityFeed
}

const VaultContext = createContext<Vault | null>(null)
/** Half a frame, in ms: deltas that come together are drawn together, and none waits for a second frame. */
const SOON = 8
/** A hidden window draws no frame. */
const LONGEST_FRAME = 160

/** Resolves after the next frame; in a hidden window, which has none, a little later. */
async function drawn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, LONGEST_FRAME)
    requestAnimationFrame(() => setTimeout(resolve))
  })
}

export function VaultProvider({ bridge, children }: { bridge: VaultBridge; children: ReactNode }) {
  const [vault] = useState<Vault>(() => ({
    bridge,
    // A timer and not requestAnimationFrame: a hidden window has no frames, and its state is updated too.
    store: new VaultStore({ bridge, schedule: (callback) => setTimeout(callback, SOON), drawn }),
    clock: createClock(),
    activity: createActivityFeed(bridge)
  }))
  useEffect(() => {
    vault.store.open()
    return () => vault.store.close()
  }, [vault])
  return <VaultContext value={vault}>{children}</VaultContext>
}

export function useVault(): Vault {
  const vault = useContext(VaultContext)
  if (vault === null) throw new Error('useVault needs a VaultProvider.')
  return vault
}

export function useVaultState(): VaultState {
  const { store } = useVault()
  return useSyncExternalStore(store.subscribe, store.getState)
}

const ReadyContext = createContext<ReadyState | null>(null)

export function ReadyProvider({ state, children }: { state: ReadyState; children: ReactNode }) {
  return <ReadyContext value={state}>{children}</ReadyContext>
}

/** The loaded vault; only below a ReadyProvider. */
export function useReady(): ReadyState {
  const state = useContext(ReadyContext)
  if (state === null) throw new Error('useReady needs a ReadyProvider.')
  return state
}

/** Returns the current time, updated once a minute or once a second. */
export function useNow(step: 'minute' | 'second' = 'minute'): number {
  const { clock } = useVault()
  const ticker = clock[step]
  return useSyncExternalStore(ticker.subscribe, ticker.now)
}

/** What a follower knows; it asks while a component looks. */
export function useFollowed<T>(follower: Follower<T>): Followed<T> {
  return useSyncExternalStore(follower.subscribe, follower.getState)
}
