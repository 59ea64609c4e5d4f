import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

type Options = {
  readonly scroller: RefObject<HTMLElement | null>
  /** The active row; -1 for none. */
  readonly row: number
  readonly wantedIsActive: boolean
  readonly focusTurn: number
}

/** An entry that comes later than this after it was asked for must not pull the focus away any more. */
const LATE = 1000

/** The focus goes along with the active row while it is in the list, and comes to it when the list is given a turn. */
export function useListFocus({ scroller, row, wantedIsActive, focusTurn }: Options): void {
  useLayoutEffect(() => {
    const inside = scroller.current?.contains(document.activeElement) === true
    if (inside) focusRow(scroller.current, row)
  }, [scroller, row])

  const served = useRef({ turn: 0, until: 0 })
  useEffect(() => {
    const { current } = served
    if (focusTurn === 0) return
    if (focusTurn > current.turn && current.until === 0) current.until = performance.now() + LATE
    if (focusTurn <= current.turn || !wantedIsActive) return
    const late = performance.now() > current.until
    served.current = { turn: focusTurn, until: 0 }
    if (!late) focusRow(scroller.current, row)
  }, [scroller, row, wantedIsActive, focusTurn])

  // A row may not be drawn yet, and a dialog that leaves may take the focus with it: it is brought back if nobody has it.
  const latest = useRef(row)
  useLayoutEffect(() => void (latest.current = row), [row])
  useEffect(() => {
    if (focusTurn === 0) return
    const watch = setInterval(() => {
      const isLost = document.activeElement === document.body && served.current.turn === focusTurn
      if (isLost) focusRow(scroller.current, latest.current)
    }, 50)
    const end = setTimeout(() => clearInterval(watch), LATE)
    return () => {
      clearInterval(watch)
      clearTimeout(end)
    }
  }, [scroller, focusTurn])
}

function focusRow(root: HTMLElement | null, row: number): void {
  root?.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus({ preventScroll: true })
}
