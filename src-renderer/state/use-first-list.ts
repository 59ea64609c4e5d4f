import { useEffect, useRef } from 'react'
import { withFocus, type WindowState } from './window-state.ts'

/**
 * The first credential takes the first-run screen away, and with it the button that had the focus or would get it
 * back from a dialog. The list gets it then, and not before the last dialog has gone.
 */
export function useFirstList(
  screen: 'empty' | 'list' | 'locked' | 'doctor',
  hasDialog: boolean,
  update: (change: (state: WindowState) => WindowState) => void
): void {
  const owed = useRef(false)
  useEffect(() => {
    owed.current = screen === 'empty' || (owed.current && screen === 'list')
    if (screen !== 'list' || hasDialog || !owed.current) return
    owed.current = false
    update((state) => withFocus(state, 'list'))
  }, [screen, hasDialog, update])
}
