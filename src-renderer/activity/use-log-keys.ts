import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react'
import { target } from '../list/list-move.ts'
import type { ShownUse } from './use-filter.ts'

type Options = {
  readonly uses: readonly ShownUse[]
  readonly scroller: RefObject<HTMLElement | null>
  /** Makes this line the one that takes the focus. */
  readonly onMove: (seq: number) => void
  readonly onClose: () => void
  readonly scrollTo: (seq: number) => void
}

/** Keys of the log: arrows, page, home and end move between the lines; Esc closes the open one. */
export function useLogKeys(options: Options): (event: KeyboardEvent<HTMLElement>) => void {
  const { uses, scroller, onMove, onClose, scrollTo } = options
  const wanted = useRef<number | null>(null)
  // The line may be drawn only after the move.
  useLayoutEffect(() => {
    if (wanted.current === null) return
    const line = buttonOf(scroller.current, wanted.current)
    if (line === null) return
    wanted.current = null
    line.focus({ preventScroll: true })
  })
  return (event) => {
    const { altKey, ctrlKey, key, metaKey, target: from } = event
    if (!(from instanceof HTMLElement) || ctrlKey || metaKey || altKey) return
    const line = from.closest<HTMLElement>('[role=listitem]')
    const seq = Number(line?.querySelector<HTMLElement>('[data-row]')?.dataset['row'])
    if (key === 'Escape') {
      onClose()
      buttonOf(scroller.current, seq)?.focus()
      return
    }
    if (from.dataset['row'] === undefined) return
    const index = uses.findIndex((use) => use.seq === seq)
    const next = uses[target(key, index, uses.length, linesInSight(scroller.current, line))]
    if (next === undefined) return
    event.preventDefault()
    wanted.current = next.seq
    onMove(next.seq)
    scrollTo(next.seq)
  }
}

function buttonOf(root: HTMLElement | null, seq: number): HTMLElement | null {
  return root?.querySelector<HTMLElement>(`[data-row="${String(seq)}"]`) ?? null
}

function linesInSight(scroller: HTMLElement | null, line: HTMLElement | null): number {
  const height = line?.querySelector('[data-row]')?.getBoundingClientRect().height ?? 0
  if (scroller === null || height === 0) return 1
  return Math.max(1, Math.floor(scroller.clientHeight / height) - 1)
}
