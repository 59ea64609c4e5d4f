import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'

type OpenDialogs = {
  /** Counts a dialog that has opened. Returns the function that ends that. */
  readonly begin: () => () => void
  readonly isAny: () => boolean
  readonly subscribe: (listener: () => void) => () => void
}

function createOpenDialogs(): OpenDialogs {
  const listeners = new Set<() => void>()
  let count = 0
  function change(by: 1 | -1): void {
    count += by
    for (const listener of listeners) listener()
  }
  return {
    begin: () => {
      change(1)
      return () => change(-1)
    },
    isAny: () => count > 0,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}

const OpenDialogsContext = createContext(createOpenDialogs())

/** Knows which dialogs of this window are open. */
export function OpenDialogsProvider({ children }: { readonly children: ReactNode }) {
  const [dialogs] = useState(createOpenDialogs)
  return <OpenDialogsContext value={dialogs}>{children}</OpenDialogsContext>
}

/** For a dialog: it counts while it is open. */
export function useOpenDialog(open: boolean): void {
  const dialogs = useContext(OpenDialogsContext)
  useEffect(() => (open ? dialogs.begin() : undefined), [dialogs, open])
}

/** True while any dialog is open. */
export function useHasDialog(): boolean {
  const { isAny, subscribe } = useContext(OpenDialogsContext)
  return useSyncExternalStore(subscribe, isAny)
}

/** Says, in a handler, whether any dialog is open. */
export function useIsDialogOpen(): () => boolean {
  return useContext(OpenDialogsContext).isAny
}
