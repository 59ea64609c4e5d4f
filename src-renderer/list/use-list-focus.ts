import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import type { FocusTurns } from '../state/focus-turns.ts'

type Options = {
  readonly scroller: RefObject<HTMLElement | null>
  /** The active row; -1 for none. */
  readonly row: number
  readonly wantedIsActive: boolean
  readonly focusTurn: number
  readonly focusTurns: FocusTurns
}

/** For so long the focus is the list's, whatever is pressed; after that only as long as nothing was. */
const OURS = 1000
const dialogs = '[role=dialog]:not([data-pane=toasts] *), [role=alertdialog]:not([data-pane=toasts] *)'

/** The focus goes along with the active row while it is in the list, and comes to it when the list is given a turn. */
export function useListFocus(options: Options): void {
  const { scroller, row, wantedIsActive, focusTurn, focusTurns } = options
  useLayoutEffect(() => {
    const inside = scroller.current?.contains(document.activeElement) === true
    if (inside) focusRow(scroller, row)
  }, [scroller, row])

  const isOurs = useOurs(focusTurn)
  const latest = useRef({ row, wantedIsActive })
  useLayoutEffect(() => void (latest.current = { row, wantedIsActive }), [row, wantedIsActive])
  // The entry may come after it was asked for, and must not pull the focus away from where the person went meanwhile;
  // and its row may be drawn only after it came.
  const take = useCallback(() => {
    const { current } = latest
    if (focusTurns.isTaken(focusTurn) || !current.wantedIsActive) return
    if (!isOurs() || focusRow(scroller, current.row)) focusTurns.take(focusTurn)
  }, [scroller, focusTurn, focusTurns, isOurs])
  useEffect(take, [take, row, wantedIsActive])

  // A dialog that leaves may take the focus with it: it is brought back if nobody has it.
  useEffect(() => {
    if (focusTurn === 0) return
    const begun = performance.now()
    const watch = setInterval(() => {
      take()
      const isTaken = focusTurns.isTaken(focusTurn)
      const isLost = document.activeElement === document.body
      const hasDialog = document.querySelector(dialogs) !== null
      if (isLost && isTaken && isOurs()) focusRow(scroller, latest.current.row)
      const isSettled = !isLost && !hasDialog && isTaken
      if (!isOurs() || (isSettled && performance.now() - begun > OURS)) clearInterval(watch)
    }, 50)
    return () => clearInterval(watch)
  }, [scroller, focusTurn, focusTurns, isOurs, take])
}

/** Whether the person has left it to the list where the focus goes since the list was given this turn. */
function useOurs(focusTurn: number): () => boolean {
  const asked = useRef({ turn: 0, at: 0, isPressed: false })
  useEffect(() => {
    const since = { turn: focusTurn, at: performance.now(), isPressed: false }
    asked.current = since
    const note = (): void => void (since.isPressed = true)
    for (const event of presses) window.addEventListener(event, note, true)
    return () => {
      for (const event of presses) window.removeEventListener(event, note, true)
    }
  }, [focusTurn])
  return useCallback(() => !asked.current.isPressed || performance.now() - asked.current.at < OURS, [])
}

const presses = ['keydown', 'pointerdown'] as const

/** False: that row is not drawn. */
function focusRow(root: RefObject<HTMLElement | null>, row: number): boolean {
  const found = root.current?.querySelector<HTMLElement>(`[data-row="${row}"]`)
  found?.focus({ preventScroll: true })
  return found !== null && found !== undefined
}
