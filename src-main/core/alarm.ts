import type { Clock } from './ports.ts'

const MINUTE = 60_000

/**
 * Rings after `ms` milliseconds of any length, over a clock that takes at most a minute at once. Returns the function
 * that cancels it.
 */
export function alarm(clock: Pick<Clock, 'after'>, ms: number, ring: () => unknown): () => void {
  if (ms <= MINUTE) return clock.after(ms, () => void ring())
  let cancel = clock.after(MINUTE, () => (cancel = alarm(clock, ms - MINUTE, ring)))
  return () => cancel()
}
