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

/** Milliseconds in which the list may take the focus despite a press; later a press ends that. */
const OURS = 1000
const dialogs = '[role=dialog]:not([data-pane=toasts] *), [role=alertdialog]:not([data-pane=toasts] *)'

/** Moves the focus with the active row while the list has it, and into the list on each new turn. */
export function useListFocus(options: Options): void {
  const { scroller, row, wantedIsActive, focusTurn, focusTurns } = options
  const wasInside = useWasInside(scroller)
  useLayoutEffect(() => {
    const { activeElement } = document
    // A row that had the focus and was scrolled out of sight is gone when another one becomes active.
    const isLost = activeElement === document.body && wasInside()
    const inside = isLost || scroller.current?.contains(activeElement) === true
    // The field for a name keeps the focus when its row moves.
    if (inside && !(activeElement instanceof HTMLInputElement)) focusRow(scroller, row)
  }, [scroller, row, wasInside])

  const isOurs = useOurs(focusTurn)
  const latest = useRef({ row, wantedIsActive })
  useLayoutEffect(() => void (latest.current = { row, wantedIsActive }), [row, wantedIsActive])
  // The entry may arrive, and its row may be drawn, only after the request; meanwhile the person may have
  // moved the focus, which then stays there.
  const take = useCallback(() => {
    const { current } = latest
    if (focusTurns.isTaken(focusTurn) || !current.wantedIsActive) return
    if (!isOurs() || focusRow(scroller, current.row)) focusTurns.take(focusTurn)
  }, [scroller, focusTurn, focusTurns, isOurs])
  useEffect(take, [take, row, wantedIsActive])

  // A dialog that closes may lose the focus, which is then brought back to the list.
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

/** Returns whether the focus was in the list last, and did not leave it but with its element. */
function useWasInside(scroller: RefObject<HTMLElement | null>): () => boolean {
  const inside = useRef(false)
  useEffect(() => {
    const came = ({ target }: FocusEvent): void => {
      inside.current = target instanceof Node && scroller.current?.contains(target) === true
    }
    const left = ({ target }: FocusEvent): void => {
      // An element that is taken away loses the focus first, while it is still there.
      queueMicrotask(() => {
        if (target instanceof Node && target.isConnected)
          inside.current = scroller.current?.contains(document.activeElement) === true
      })
    }
    document.addEventListener('focusin', came)
    document.addEventListener('focusout', left)
    return () => {
      document.removeEventListener('focusin', came)
      document.removeEventListener('focusout', left)
    }
  }, [scroller])
  return useCallback(() => inside.current, [])
}

/**
 * Returns whether the list may still move the focus: the turn is newer than `OURS`, or nothing was pressed
 * since.
 */
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

/** Focuses a row. False: that row is not drawn. */
function focusRow(root: RefObject<HTMLElement | null>, row: number): boolean {
  const found = root.current?.querySelector<HTMLElement>(`[data-row="${row}"]`)
  found?.focus({ preventScroll: true })
  return found !== null && found !== undefined
}
