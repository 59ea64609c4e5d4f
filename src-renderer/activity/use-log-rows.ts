import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react'
import { useRem } from '../ui/use-rem.ts'
import { itemKey, type LogItem } from './log-items.ts'

type Options = {
  readonly items: readonly LogItem[]
  /** The line that has or gets the focus; -1: none. */
  readonly active: number
  readonly density: 'comfortable' | 'compact'
  readonly scroller: RefObject<HTMLElement | null>
}

/** In rem, as in the stylesheet; a line that is open or wraps is measured. */
const DAY = 2
const ROW = { comfortable: 3.5, compact: 2.75 } as const
const END = 3

/** Returns the position of each drawn item, and the day that stays in sight. */
export function useLogRows({ items, active, density, scroller }: Options) {
  const rem = useRem(scroller)
  const sticky = useRef(-1)
  const rangeExtractor = useCallback(
    (range: Range) => {
      sticky.current = items.findLastIndex(({ kind }, index) => kind === 'day' && index <= range.startIndex)
      const shown = new Set(defaultRangeExtractor(range))
      if (sticky.current >= 0) shown.add(sticky.current)
      if (active >= 0 && active < items.length) shown.add(active)
      return [...shown].toSorted((a, b) => a - b)
    },
    [items, active]
  )
  // The functions of the virtualizer must not be memoised; this file follows that.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rem * sizeOf(items[index], density),
    getItemKey: (index) => itemKey(items[index], index),
    overscan: 6,
    scrollPaddingStart: rem * DAY,
    scrollPaddingEnd: rem * 0.5,
    rangeExtractor
  })
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, density, rem])
  return { virtualizer, stuck: () => sticky.current }
}

function sizeOf(item: LogItem | undefined, density: 'comfortable' | 'compact'): number {
  if (item?.kind === 'day') return DAY
  return item?.kind === 'end' ? END : ROW[density]
}
