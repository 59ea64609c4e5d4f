import type { Clock } from '../core/ports.ts'

/** The wall clock and Node's timers; an alarm does not keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return () => clearTimeout(timer)
  }
}
