import { useEffect, useRef } from 'react'
import { withFocus, type WindowState } from './window-state.ts'

/**
 * The first credential removes the first-run screen with its button, which had the focus or would get it back
 * from a dialog. The list gets the focus instead, once the last dialog has closed.
 */
export function useFirstList(
  screen: 'empty' | 'list' | 'locked' | 'activity' | 'doctor',
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
