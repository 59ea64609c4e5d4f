import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useRef } from 'react'

type Options = {
  readonly scroller: RefObject<HTMLElement | null>
  readonly virtualizer: Virtualizer<HTMLElement, Element>
  /** Keys of the items in their order. */
  readonly keys: readonly string[]
}

/** Keeps what is read in its place when lines are added above it. At the top, new lines come into sight. */
export function useKeptPlace({ scroller, virtualizer, keys }: Options): void {
  const first = useRef<{ readonly key: string; readonly start: number } | null>(null)
  useLayoutEffect(() => {
    const element = scroller.current
    const before = first.current
    const startOf = (index: number): number | undefined => virtualizer.measurementsCache[index]?.start
    if (element !== null && before !== null && element.scrollTop > 0) {
      const start = startOf(keys.indexOf(before.key))
      if (start !== undefined) element.scrollBy({ top: start - before.start, behavior: 'instant' })
    }
    const index = keys.findIndex((key, at) => !key.startsWith('day') && startOf(at) !== undefined)
    const key = keys[index]
    first.current = key === undefined ? null : { key, start: startOf(index) ?? 0 }
  })
}
