import type { VaultBridge } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { MOST_UNASKED, UNDO_MS } from '#shared/removal.ts'
import { removedWhat } from '../text/removal-text.ts'
import type { Tell } from '../toasts/toaster.tsx'
import { withNone } from './picking.ts'
import type { Removal } from './removal.ts'
import { type OpenDialog, withFocus, type WindowState } from './window-state.ts'

type Ports = {
  readonly bridge: Pick<VaultBridge, 'removeWithUndo' | 'undoRemoval'>
  readonly tell: Tell
  readonly update: (change: (state: WindowState) => WindowState) => void
  readonly show: (dialog: OpenDialog) => void
  /** Returns the entry to select in the list when these are removed: the next, else the one before. Null: none. */
  readonly neighbour: (ids: readonly string[]) => string | null
}

/** Removing entries, at once or after a question, and putting them back. */
export function createRemoving({ bridge, tell, update, show, neighbour }: Ports) {
  /** The removals that can still be undone, oldest first. */
  let open: readonly Removal[] = []
  let last = 0

  function tellOpen(change: (state: WindowState) => WindowState): void {
    update((state) => change({ ...state, removals: open }))
  }
  function ended(removal: Removal): void {
    open = open.filter((each) => each !== removal)
    tellOpen((state) => state)
  }
  /** Removes entries; the list keeps a line in their place, which puts them back for ten seconds. */
  async function remove(credentials: readonly CredentialSummary[]): Promise<void> {
    const ids = credentials.map(({ id }) => id)
    const removal = { number: (last += 1), credentials, until: Date.now() + UNDO_MS }
    const selected = neighbour(ids)
    open = [...open, removal]
    tellOpen((state) => withFocus(withNone({ ...state, selected }), 'list'))
    const result = await bridge.removeWithUndo(ids)
    if (!result.ok) tell.failed(result.problem, { name: removedWhat(credentials) })
    ended(removal)
  }
  /** Puts back this removal; without one, the last that can still be undone. */
  async function undoRemoval(removal: Removal | undefined = open.at(-1)): Promise<void> {
    if (removal === undefined || !open.includes(removal)) return
    const ids = removal.credentials.map(({ id }) => id)
    const result = await bridge.undoRemoval(ids)
    if (!result.ok) return tell.failed(result.problem, { name: removedWhat(removal.credentials) })
    // Its time was up: the line goes when it is removed.
    if (result.value.putBack === 0) return
    ended(removal)
    update((state) => withFocus({ ...state, selected: ids[0] ?? null }, 'list'))
  }
  return {
    remove,
    undoRemoval,
    /** Removes entries, after a question where they are many. */
    askToRemove: (credentials: readonly CredentialSummary[]): void => {
      if (credentials.length > MOST_UNASKED) show({ kind: 'remove', credentials })
      else void remove(credentials)
    }
  }
}
