import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react'
import type { ListItem } from '../state/list-model.ts'
import { useRem } from '../ui/use-rem.ts'

type Density = 'comfortable' | 'compact'
type Options = {
  readonly items: readonly ListItem[]
  /** -1: none. */
  readonly activeItem: number
  readonly density: Density
  readonly scroller: RefObject<HTMLElement | null>
}

/** In rem, as in the stylesheet, so that larger text makes larger rows. */
const GROUP = 1.75
const GROUP_GAP = 0.25
const REMOVED = 2
const ROW = { comfortable: 3.5, compact: 2.5 } as const

/** Returns the position of each drawn item, and the header that stays in sight. */
export function useRows({ items, activeItem, density, scroller }: Options) {
  const sticky = useRef(0)
  const rem = useRem(scroller)
  const rangeExtractor = useCallback(
    (range: Range) => {
      sticky.current = lastGroup(items, range.startIndex)
      const shown = new Set(defaultRangeExtractor(range))
      if (sticky.current >= 0) shown.add(sticky.current)
      if (activeItem >= 0) shown.add(activeItem)
      return [...shown].toSorted((a, b) => a - b)
    },
    [items, activeItem]
  )
  // The functions of the virtualizer must not be memoised; this file follows that.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rem * itemSize(items[index], index, density),
    getItemKey: (index) => itemKey(items[index], index),
    overscan: 6,
    paddingEnd: rem * 0.25,
    scrollPaddingStart: rem * (GROUP + GROUP_GAP),
    scrollPaddingEnd: rem * 0.5,
    rangeExtractor
  })
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, density, items, rem])
  return { virtualizer, stuck: () => sticky.current }
}

function lastGroup(items: readonly ListItem[], from: number): number {
  for (let index = Math.min(from, items.length - 1); index >= 0; index -= 1) {
    if (items[index]?.kind === 'group') return index
  }
  return -1
}

function itemSize(item: ListItem | undefined, index: number, density: 'comfortable' | 'compact'): number {
  if (item?.kind === 'group') return index === 0 ? GROUP : GROUP + GROUP_GAP
  return item?.kind === 'removed' ? REMOVED : ROW[density]
}

function itemKey(item: ListItem | undefined, index: number): string {
  if (item === undefined) return String(index)
  if (item.kind === 'removed') return `removal ${item.removal.number}`
  return item.kind === 'group' ? `group ${item.key}` : item.credential.id
}
