import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { listText } from '../text/list-text.ts'
import { number } from '../text/locale.ts'
import type { ListItem } from './list-model.ts'
import { CredentialRow } from './credential-row.tsx'
import styles from './list.module.css'
import { useListFocus } from './use-list-focus.ts'
import { useListKeys } from './use-list-keys.ts'
import { useRem } from './use-rem.ts'

type Props = {
  readonly items: readonly ListItem[]
  readonly count: number
  readonly activeId: string | null
  readonly density: 'comfortable' | 'compact'
  /** Goes up when the list should take the focus. */
  readonly focusTurn: number
  /** False while the entry that was asked for, or what was searched for, has not arrived in the list. */
  readonly wantedIsActive: boolean
  readonly onSelect: (id: string) => void
  readonly onOpen: (id: string) => void
  readonly onType: () => void
}

/** In rem, as in the stylesheet, so that larger text makes larger rows. */
const GROUP = 1.75
const GROUP_GAP = 0.25
const ROW = { comfortable: 3.5, compact: 2.5 } as const

/** The rows that are seen, the active one and the header above them; the rest are not in the document. */
export function CredentialList(props: Props) {
  const { items, count, activeId, density, focusTurn, wantedIsActive, onSelect, onOpen, onType } = props
  const scroller = useRef<HTMLDivElement>(null)
  const activeItem = items.findIndex((item) => item.kind === 'row' && item.credential.id === activeId)
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
  // Its functions must not be memoised; nothing here does.
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

  useListFocus({ scroller, row: rowIndex(items[activeItem]), wantedIsActive, focusTurn })
  useEffect(() => {
    if (activeItem >= 0) virtualizer.scrollToIndex(activeItem)
  }, [virtualizer, activeItem])
  const onKeyDown = useListKeys({ items, count, activeItem, onSelect, onOpen, onType, scroller })

  return (
    <div ref={scroller} className={styles['scroller']} data-pane="list">
      {/* The focus is on its rows, one of which can always be reached. */}
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div
        role="grid"
        aria-label={listText.grid}
        aria-rowcount={count}
        className={styles['grid']}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const item = items[index]
          if (item === undefined) return null
          if (item.kind === 'group') {
            return <GroupHeader key={key} item={item} top={start} stuck={index === sticky.current} />
          }
          const active = item.credential.id === activeId
          return <CredentialRow key={key} {...item} {...{ top: start, active, onSelect, onOpen }} />
        })}
      </div>
    </div>
  )
}

type GroupProps = {
  readonly item: ListItem & { kind: 'group' }
  readonly top: number
  readonly stuck: boolean
}

function GroupHeader({ item, top, stuck }: GroupProps) {
  return (
    <div
      role="presentation"
      className={styles['group']}
      data-stuck={stuck || undefined}
      style={{ top: stuck ? 0 : top }}
    >
      <b>{listText.groups[item.group]}</b> {number(item.count)}
    </div>
  )
}

function rowIndex(item: ListItem | undefined): number {
  return item?.kind === 'row' ? item.index : -1
}

function lastGroup(items: readonly ListItem[], from: number): number {
  for (let index = Math.min(from, items.length - 1); index >= 0; index -= 1) {
    if (items[index]?.kind === 'group') return index
  }
  return -1
}

function itemSize(item: ListItem | undefined, index: number, density: 'comfortable' | 'compact'): number {
  if (item?.kind === 'group') return index === 0 ? GROUP : GROUP + GROUP_GAP
  return ROW[density]
}

function itemKey(item: ListItem | undefined, index: number): string {
  if (item === undefined) return String(index)
  return item.kind === 'group' ? `group ${item.group}` : item.credential.id
}
