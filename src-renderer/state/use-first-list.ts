import { useEffect, useRef } from 'react'
import { withFocus, type WindowState } from './window-state.ts'

/** What the panes of the window show. */
export type Screen = 'list' | 'empty' | 'locked' | 'activity' | 'timeline' | 'doctor'

/**
 * The list gets the focus when it first appears, so that keys work at once, unless something else has it. The first
 * credential removes the first-run screen with its button, which had the focus or would get it back from a dialog: the
 * list gets it then, once the last dialog has closed.
 */
export function useFirstList(
  screen: Screen,
  hasDialog: boolean,
  update: (change: (state: WindowState) => WindowState) => void
): void {
  /** `if-free`: unless something else has the focus. */
  const owed = useRef<'always' | 'if-free' | null>('if-free')
  useEffect(() => {
    if (screen === 'empty') owed.current = 'always'
    else if (screen === 'locked') owed.current = 'if-free'
    else if (screen !== 'list') owed.current = null
    if (screen !== 'list' || hasDialog || owed.current === null) return
    const isGiven = owed.current === 'always' || document.activeElement === document.body
    owed.current = null
    if (isGiven) update((state) => withFocus(state, 'list'))
  }, [screen, hasDialog, update])
}
