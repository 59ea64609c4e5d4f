/** How long the window is shown unchanged before an answer counts, in ms. */
export const ARMING_MS = 500

/**
 * Decides which presses of a key or a button count as an answer. A press that begins before the window is
 * armed was meant for something else, so it counts for nothing, also if it ends later.
 */
export type Arming = {
  /** To be called when the window appears or changes: `ARMING_MS` begin again. */
  readonly disarm: () => void
  /** A key or a button goes down. `what` names it, so that its end is told from that of another one. */
  readonly press: (what: string) => void
  /** The system repeats a key that is held; such a press counts for nothing. */
  readonly repeat: () => void
  readonly release: (what: string) => void
  /** Forgets what is held: a window without the focus does not hear where a press ends. */
  readonly releaseAll: () => void
  /** True if an answer that is given by the present press counts. */
  readonly counts: () => boolean
  /** True if the window was unchanged for `ARMING_MS`. */
  readonly isArmed: () => boolean
  /** Calls the listener when `isArmed` may have changed, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void
}

/** Calls `ring` once after so many ms, unless the returned function is called before. */
export type After = (ms: number, ring: () => void) => () => void

/** Returns an arming that is not armed, and not before `disarm` was called once. */
export function createArming(after: After): Arming {
  const listeners = new Set<() => void>()
  const held = new Set<string>()
  let armed = false
  let isEarly = true
  let cancel = (): void => undefined

  function tell(isNow: boolean): void {
    armed = isNow
    for (const listener of listeners) listener()
  }
  function arm(): void {
    isEarly = held.size > 0
    tell(true)
  }

  return {
    disarm: () => {
      cancel()
      cancel = after(ARMING_MS, arm)
      tell(false)
    },
    press: (what) => {
      held.add(what)
      isEarly = !armed
    },
    repeat: () => {
      isEarly = true
    },
    release: (what) => void held.delete(what),
    releaseAll: () => held.clear(),
    counts: () => armed && !isEarly,
    isArmed: () => armed,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}
