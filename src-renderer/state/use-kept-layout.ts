import { useEffect, useRef } from 'react'
import { isInView, allView } from './view.ts'
import { useVault } from './vault-context.tsx'
import type { ReadyState } from './vault-state.ts'
import type { WindowState } from './window-state.ts'

/** Tells the vault how the person leaves the list, so that it begins like that at the next start. */
export function useKeptLayout(
  { credentials, isWhole }: Pick<ReadyState, 'credentials' | 'isWhole'>,
  { view, order, grouping }: WindowState,
  update: (change: (state: WindowState) => WindowState) => void
): void {
  const { bridge } = useVault()
  const isFirst = useRef(true)
  useEffect(() => {
    // What cannot be kept is as it was at the next start; there is nothing that the person could do.
    if (!isFirst.current) void bridge.setLayout({ view, order, grouping })
    isFirst.current = false
  }, [bridge, view, order, grouping])
  // A view that has become empty meanwhile would look like a vault that lost everything.
  const isChecked = useRef(false)
  useEffect(() => {
    if (isChecked.current || !isWhole) return
    isChecked.current = true
    const isEmpty = ![...credentials.values()].some((credential) => isInView(credential, view))
    if (isEmpty) update((state) => ({ ...state, view: allView }))
  }, [credentials, isWhole, view, update])
}
