import type { Clock } from '../ports.ts'

/** Tells the windows that the log, the approvals or the programs changed. */
export type ActivityNews = {
  /** `seq`: the row that was written; null: another thing changed. */
  readonly changed: (seq: number | null) => void
  /** Tells nothing any more. */
  readonly stop: () => void
}

/** Shortest time in milliseconds between two of the same news. */
const REST_MS = 1000

/**
 * The first change is told at once, later ones together after a second of rest. `tell` is given the newest row so
 * far; null: none was written.
 */
export function activityNews(clock: Pick<Clock, 'after'>, tell: (seq: number | null) => void): ActivityNews {
  let newest: number | null = null
  let isOwed = false
  let isStopped = false
  let cancel: (() => void) | null = null
  const ring = (): void => {
    cancel = null
    if (!isOwed) return
    isOwed = false
    cancel = clock.after(REST_MS, ring)
    tell(newest)
  }
  return {
    changed: (seq) => {
      if (isStopped) return
      newest = seq ?? newest
      isOwed = true
      cancel ??= clock.after(0, ring)
    },
    stop: () => {
      isStopped = true
      cancel?.()
    }
  }
}
