type Ticker = { readonly subscribe: (listener: () => void) => () => void; readonly now: () => number }

/**
 * The time as the window shows it. It moves once a minute, or once a second where that is asked for, and only
 * while the window is visible: a hidden window has no timer, and catches up when it is shown again.
 */
export function createClock(read: () => number = Date.now): {
  readonly minute: Ticker
  readonly second: Ticker
} {
  return { minute: ticker(60_000, read), second: ticker(1000, read) }
}

export type Clock = ReturnType<typeof createClock>

function ticker(step: number, read: () => number): Ticker {
  const listeners = new Set<() => void>()
  let now = read()
  let timer: ReturnType<typeof setTimeout> | null = null

  function tick(): void {
    now = read()
    for (const listener of listeners) listener()
    plan()
  }
  function plan(): void {
    if (timer !== null) clearTimeout(timer)
    timer = listeners.size === 0 || document.hidden ? null : setTimeout(tick, step - (read() % step))
  }
  function onVisibility(): void {
    if (document.hidden) plan()
    else tick()
  }

  return {
    now: () => now,
    subscribe(listener) {
      if (listeners.size === 0) {
        document.addEventListener('visibilitychange', onVisibility)
        now = read()
      }
      listeners.add(listener)
      plan()
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        document.removeEventListener('visibilitychange', onVisibility)
        plan()
      }
    }
  }
}
