import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'

type Options = {
  readonly scroller: RefObject<HTMLElement | null>
  /** The active row; -1 for none. */
  readonly row: number
  readonly wantedIsActive: boolean
  readonly focusTurn: number
}

/** For so long the focus is the list's, whatever is pressed; after that only as long as nothing was. */
const OURS = 1000
const dialogs = '[role=dialog]:not([data-pane=toasts] *), [role=alertdialog]:not([data-pane=toasts] *)'

/** The focus goes along with the active row while it is in the list, and comes to it when the list is given a turn. */
export function useListFocus({ scroller, row, wantedIsActive, focusTurn }: Options): void {
  useLayoutEffect(() => {
    const inside = scroller.current?.contains(document.activeElement) === true
    if (inside) focusRow(scroller.current, row)
  }, [scroller, row])

  const isOurs = useOurs(focusTurn)
  const served = useRef(0)
  // The entry may come after it was asked for, and must not pull the focus away from where the person went meanwhile.
  useEffect(() => {
    if (focusTurn <= served.current || !wantedIsActive) return
    served.current = focusTurn
    if (isOurs()) focusRow(scroller.current, row)
  }, [scroller, row, wantedIsActive, focusTurn, isOurs])

  // A row may not be drawn yet, and a dialog that leaves may take the focus with it: it is brought back if nobody has it.
  const latest = useRef(row)
  useLayoutEffect(() => void (latest.current = row), [row])
  useEffect(() => {
    if (focusTurn === 0) return
    const begun = performance.now()
    const watch = setInterval(() => {
      const isLost = document.activeElement === document.body
      const hasDialog = document.querySelector(dialogs) !== null
      if (isLost && served.current === focusTurn && isOurs()) focusRow(scroller.current, latest.current)
      const isSettled = !isLost && !hasDialog && served.current === focusTurn
      if (!isOurs() || (isSettled && performance.now() - begun > OURS)) clearInterval(watch)
    }, 50)
    return () => clearInterval(watch)
  }, [scroller, focusTurn, isOurs])
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

function focusRow(root: HTMLElement | null, row: number): void {
  root?.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus({ preventScroll: true })
}
