// A virtualised list has no list markup of its own.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import type { VirtualItem } from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { MOST_ROWS } from '../state/activity-feed.ts'
import { useNow, useReady } from '../state/vault-context.tsx'
import { logText } from '../text/activity-text.ts'
import { dayText } from '../time/time-text.ts'
import { itemKey, logItems } from './log-items.ts'
import { LogRow } from './log-row.tsx'
import styles from './log.module.css'
import type { ShownUse } from './use-filter.ts'
import { useKeptPlace } from './use-kept-place.ts'
import { useLogKeys } from './use-log-keys.ts'
import { useLogRows } from './use-log-rows.ts'

type Props = {
  readonly uses: readonly ShownUse[]
  /** True: the log has older rows than these. */
  readonly isCut: boolean
}

/** Draws the lines in sight, the active one, and the day above them. One line is open at most. */
export function LogList({ uses, isCut }: Props) {
  const { preferences } = useReady()
  const now = useNow()
  const scroller = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useOpenLine(scroller)
  const [chosen, setChosen] = useState<number | null>(null)
  const items = useMemo(() => logItems(uses, { dayOf: (at) => dayText(at, now), isCut }), [uses, isCut, now])
  const indexOf = (seq: number | null): number =>
    items.findIndex((item) => item.kind === 'use' && item.use.seq === seq)
  const active = indexOf(chosen) === -1 ? items.findIndex(({ kind }) => kind === 'use') : indexOf(chosen)
  const { virtualizer, stuck } = useLogRows({ items, active, density: preferences.density, scroller })
  useKeptPlace({ scroller, virtualizer, keys: items.map(itemKey) })
  const onKeyDown = useLogKeys({
    uses,
    scroller,
    onMove: setChosen,
    onClose: () => setOpen(null),
    scrollTo: (seq) => virtualizer.scrollToIndex(indexOf(seq))
  })
  function toggle(seq: number): void {
    setChosen(seq)
    setOpen(seq === open ? null : seq)
  }
  const draw = ({ index, start, key }: VirtualItem) => {
    const item = items[index]
    if (item === undefined) return null
    if (item.kind === 'day') return <Day key={key} {...item} {...{ start }} stuck={index === stuck()} />
    if (item.kind === 'end') return <End key={key} start={start} />
    const { seq } = item.use
    return (
      <LogRow
        key={key}
        {...{ index, start }}
        use={item.use}
        place={{ at: item.index + 1, of: uses.length }}
        measure={virtualizer.measureElement}
        isActive={index === active}
        isOpen={seq === open}
        onToggle={() => toggle(seq)}
      />
    )
  }
  return (
    <div ref={scroller} className={styles['scroller']} data-pane="list">
      {/* The buttons in the lines take the focus; the keys move it between them. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="list"
        aria-label={logText.list}
        className={styles['list']}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {virtualizer.getVirtualItems().map(draw)}
      </div>
    </div>
  )
}

/** The line that is open, which is brought into sight with its explanation; null: none. */
function useOpenLine(scroller: RefObject<HTMLElement | null>) {
  const state = useState<number | null>(null)
  const [open] = state
  useLayoutEffect(() => {
    const line = scroller.current?.querySelector(`[data-row="${String(open)}"]`)
    line?.closest('[role=listitem]')?.scrollIntoView({ block: 'nearest' })
  }, [scroller, open])
  return state
}

type DayProps = { readonly day: string; readonly start: number; readonly stuck: boolean }

function Day({ day, start, stuck }: DayProps) {
  return (
    <div
      role="presentation"
      className={styles['day']}
      data-stuck={stuck || undefined}
      style={{ top: stuck ? 0 : start }}
    >
      {day}
    </div>
  )
}

function End({ start }: { readonly start: number }) {
  return (
    <div role="presentation" className={styles['end']} style={{ top: start }}>
      {logText.end(MOST_ROWS)}
    </div>
  )
}
