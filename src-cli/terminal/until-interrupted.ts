const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * Runs `work`, which undoes what it began when SIGINT or SIGTERM comes; the process then ends by that signal. A
 * second signal ends it at once.
 */
export async function untilInterrupted<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const listeners = signals.map((name) => [name, () => stop.abort(name)] as const)
  for (const [name, listener] of listeners) process.once(name, listener)
  try {
    return await work(stop.signal)
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener)
    if (stop.signal.aborted) process.kill(process.pid, stop.signal.reason as NodeJS.Signals)
  }
}
