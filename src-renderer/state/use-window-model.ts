import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { chooseCredentials } from './list-model.ts'
import { allView } from './view.ts'
import { noSearch } from './search.ts'
import { useTell } from '../toasts/toaster.tsx'
import { createCommands } from './commands.ts'
import { useVault } from './vault-context.tsx'
import type { ReadyState } from './vault-state.ts'
import { createFocusTurns } from './focus-turns.ts'
import { firstWindowState, withFocus, type WindowState } from './window-state.ts'

/** The window's own state, its commands and what its list shows. */
export function useWindowModel({ credentials }: ReadyState) {
  const { bridge, store } = useVault()
  const tell = useTell()
  const [state, update] = useState(firstWindowState)
  const { chosen, isCurrent } = useChosen(credentials, state)
  const neighbour = useNeighbour(chosen)
  const active = chosen.find(({ id }) => id === state.selected) ?? chosen[0] ?? null
  const isInDetail = useIsInDetail(active?.id ?? null)
  const commands = useMemo(
    () => createCommands({ bridge, store, tell, update, neighbour, isInDetail }),
    [bridge, store, tell, neighbour, isInDetail]
  )
  const [focusTurns] = useState(createFocusTurns)
  const model = useMemo(() => ({ state, update, commands, focusTurns }), [state, commands, focusTurns])
  useEffect(
    () => bridge.on('reveal', ({ credential }) => update((before) => revealed(before, credential))),
    [bridge]
  )
  return { model, chosen, isCurrent, active }
}

type Chosen = {
  readonly chosen: readonly CredentialSummary[]
  /** False while `chosen` is still the result of the previous search. */
  readonly isCurrent: boolean
}

function useChosen(credentials: ReadyState['credentials'], state: WindowState): Chosen {
  const { view, order } = state
  const search = useDeferredValue(state.search)
  const chosen = useMemo(
    () => chooseCredentials(credentials.values(), { view, search, order }),
    [credentials, view, search, order]
  )
  return { chosen, isCurrent: search === state.search }
}

/** Returns the credential to select when the selected one is removed: the next, else the previous. */
function useNeighbour(chosen: readonly CredentialSummary[]): (id: string) => string | null {
  const shown = useRef(chosen)
  useEffect(() => {
    shown.current = chosen
  }, [chosen])
  return useCallback((id) => {
    const index = shown.current.findIndex((credential) => credential.id === id)
    return (shown.current[index + 1] ?? shown.current[index - 1])?.id ?? null
  }, [])
}

/** Returns whether the detail of a credential is on the screen; in a narrow window the list may be there instead. */
function useIsInDetail(active: string | null): (id: string) => boolean {
  const shown = useRef(active)
  useEffect(() => {
    shown.current = active
  }, [active])
  return useCallback(
    (id) => id === shown.current && document.querySelector('[data-pane=detail]')?.checkVisibility() === true,
    []
  )
}

/** Shows the entry that the tray or a notification asks for; resets the view and search that may hide it. */
function revealed(state: WindowState, credential: string | null): WindowState {
  if (credential === null) return withFocus(state, 'list')
  return withFocus({ ...state, view: allView, search: noSearch, selected: credential }, 'detail')
}
