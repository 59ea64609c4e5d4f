import { type RefObject, useEffect } from 'react'
import type { Commands } from '../state/commands.ts'

type Options = { readonly commands: Commands; readonly searchInput: RefObject<HTMLInputElement | null> }

/** Elements that take the keys for themselves. A toast has the role of a dialog, but takes no keys. */
const above =
  '[role=dialog]:not([data-pane=toasts] *), [role=alertdialog]:not([data-pane=toasts] *), [role=menu]'

/** Keys that work everywhere in the window; below a dialog only the lock. */
export function useShortcuts({ commands, searchInput }: Options): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const action = event.defaultPrevented ? null : actionOf(event)
      // The vault is locked from everywhere, also over a dialog, which closes then.
      if (action === null || (action !== 'lock' && document.querySelector(above) !== null)) return
      event.preventDefault()
      // A toast also listens for F6; it is one of the panes here.
      event.stopImmediatePropagation()
      if (action === 'lock') void commands.lock()
      else if (action === 'search') searchInput.current?.focus()
      else if (action === 'palette') commands.show({ kind: 'palette' })
      else if (action === 'settings') commands.show({ kind: 'settings' })
      else if (action === 'add') commands.show({ kind: 'add', start: { kind: 'nothing' } })
      else if (action === 'undo') void commands.undoRemoval()
      else if (action === 'sheet') commands.show({ kind: 'shortcuts' })
      else focusPane(action === 'next-pane' ? 1 : -1)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [commands, searchInput])
}

type Action =
  | 'lock'
  | 'palette'
  | 'settings'
  | 'search'
  | 'add'
  | 'undo'
  | 'sheet'
  | 'next-pane'
  | 'last-pane'
type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target'>

const commandKeys: ReadonlyMap<string, Action> = new Map([
  ['n', 'add'],
  ['f', 'search'],
  ['l', 'lock'],
  ['k', 'palette'],
  ['z', 'undo'],
  [',', 'settings']
])

function actionOf(event: Press): Action | null {
  const { key, altKey, shiftKey } = event
  const command = event.ctrlKey || event.metaKey
  if (altKey) return null
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
  // A field undoes what was typed in it.
  if (command) return isTyping && key === 'z' ? null : (commandKeys.get(key) ?? null)
  if (key === 'F6') return shiftKey ? 'last-pane' : 'next-pane'
  if (isTyping) return null
  return key === '/' ? 'search' : key === '?' ? 'sheet' : null
}

/**
 * Where each pane takes the focus: the current view, the active row, the heading or fix of the detail, a
 * toast.
 */
const paneStops = [
  '[data-pane=rail] [aria-current]',
  '[data-pane=list] [data-row][tabindex="0"]',
  '[data-pane=detail] [data-fix], [data-pane=detail] [data-first]',
  '[data-pane=toasts] button'
]

function focusPane(step: 1 | -1): void {
  const stops = paneStops.flatMap((selector) => visible(selector) ?? [])
  const active = document.activeElement
  const here = stops.findIndex((stop) => stop.closest('[data-pane]')?.contains(active) === true)
  stops.at((here + step + (here === -1 && step === -1 ? 1 : 0)) % stops.length)?.focus()
}

function visible(selector: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>(selector)]
  return all.find((element) => element.checkVisibility()) ?? null
}
