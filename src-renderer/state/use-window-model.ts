import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { chooseCredentials } from './list-model.ts'
import { removalsByEntry, withRemoved } from './removal.ts'
import { allView } from './view.ts'
import { noSearch } from './search.ts'
import { useTell } from '../toasts/toaster.tsx'
import { type CommandPorts, createCommands } from './commands.ts'
import { useVault } from './vault-context.tsx'
import type { ReadyState } from './vault-state.ts'
import { useKeptLayout } from './use-kept-layout.ts'
import { createFocusTurns } from './focus-turns.ts'
import { windowStateOf, withFocus, type WindowState } from './window-state.ts'

/** The window's own state, its commands and what its list shows. */
export function useWindowModel(vault: ReadyState) {
  const { credentials } = vault
  const { bridge, store } = useVault()
  const tell = useTell()
  const [state, update] = useState(() => windowStateOf(vault.layout))
  useKeptLayout(vault, state, update)
  const { chosen, withGone, isCurrent } = useChosen(credentials, state)
  const { neighbour, isShown } = useShownList(chosen)
  const active = chosen.find(({ id }) => id === state.selected) ?? chosen[0] ?? null
  const isInDetail = useIsInDetail(active?.id ?? null)
  const commands = useMemo(
    () => createCommands({ bridge, store, tell, update, neighbour, isShown, isInDetail }),
    [bridge, store, tell, neighbour, isShown, isInDetail]
  )
  const [focusTurns] = useState(createFocusTurns)
  const picked = usePicked(chosen, state)
  const model = useMemo(
    () => ({ state, update, commands, focusTurns, picked }),
    [state, commands, focusTurns, picked]
  )
  useEffect(
    () => bridge.on('reveal', ({ credential }) => update((before) => revealed(before, credential))),
    [bridge]
  )
  return { model, chosen, withGone, isCurrent, active }
}

type Chosen = {
  readonly chosen: readonly CredentialSummary[]
  /** The same with the entries in their places that are removed and can still be put back. */
  readonly withGone: readonly CredentialSummary[]
  /** False while `chosen` is still the result of the previous search. */
  readonly isCurrent: boolean
}

function useChosen(credentials: ReadyState['credentials'], state: WindowState): Chosen {
  const { view, order, grouping, removals } = state
  const search = useDeferredValue(state.search)
  const withGone = useMemo(
    () => chooseCredentials(withRemoved(credentials, removals), { view, search, order, grouping }),
    [credentials, removals, view, search, order, grouping]
  )
  const chosen = useMemo(() => {
    if (removals.length === 0) return withGone
    const removalOf = removalsByEntry(removals)
    return withGone.filter((credential) => !removalOf.has(credential))
  }, [removals, withGone])
  return { chosen, withGone, isCurrent: search === state.search }
}

function usePicked(
  chosen: readonly CredentialSummary[],
  { picked }: WindowState
): readonly CredentialSummary[] {
  return useMemo(() => {
    const shown = picked.size === 0 ? [] : chosen.filter(({ id }) => picked.has(id))
    return shown.length > 1 ? shown : []
  }, [chosen, picked])
}

/** What the commands ask of the list that is shown now. */
function useShownList(chosen: readonly CredentialSummary[]): Pick<CommandPorts, 'isShown' | 'neighbour'> {
  const shown = useRef(chosen)
  useEffect(() => {
    shown.current = chosen
  }, [chosen])
  const neighbour = useCallback((ids: readonly string[]) => {
    const isGone = new Set(ids)
    const first = shown.current.findIndex(({ id }) => isGone.has(id))
    const left = ({ id }: CredentialSummary): boolean => !isGone.has(id)
    return (
      (shown.current.slice(first + 1).find(left) ?? shown.current.slice(0, first).findLast(left))?.id ?? null
    )
  }, [])
  const isShown = useCallback((id: string) => shown.current.some((credential) => credential.id === id), [])
  return { isShown, neighbour }
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
