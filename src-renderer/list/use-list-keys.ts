import type { KeyboardEvent, RefObject } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { canRefresh, canTakeOut, fixOf } from '../status/fix.ts'
import type { ListItem } from '../state/list-model.ts'
import { type Select, withNone } from '../state/picking.ts'
import { target } from './list-move.ts'

type Options = {
  readonly items: readonly ListItem[]
  readonly count: number
  readonly activeItem: number
  readonly scroller: RefObject<HTMLElement | null>
  readonly onSelect: Select
  readonly onSelectAll: () => void
  readonly onOpen: (id: string) => void
  readonly onType: () => void
}

/** Keys of the list. Single letters count only here, where the list has the focus (WCAG 2.1.4). */
export function useListKeys(options: Options): (event: KeyboardEvent<HTMLElement>) => void {
  const { commands, picked, update } = useWindow()
  const { items, count, activeItem, onSelect, onSelectAll, onOpen, onType, scroller } = options
  const active = items[activeItem]
  const credential = active?.kind === 'row' ? active.credential : null
  const rows = items.filter((item) => item.kind === 'row')

  function move(key: string, extend: boolean): boolean {
    if (active?.kind !== 'row') return false
    const next = rows[target(key, active.index, count, pageRows(scroller.current, count))]
    if (next === undefined) return false
    onSelect(next.credential.id, extend ? 'range' : 'only')
    return true
  }
  /** Keys that act on all selected entries. */
  function actOnSeveral(key: string): boolean {
    if (picked.length === 0) return false
    if (key === 'Escape') update(withNone)
    else if (key === 'Delete') commands.askToRemove(picked)
    else if (key === 'r') void commands.refreshSeveral(picked)
    else if (key === 's') void commands.favourSeveral(picked)
    else return false
    return true
  }
  function act(key: string, shift: boolean): boolean {
    if (credential === null) return false
    if (key === 'Enter') onOpen(credential.id)
    else if (key === 'f' && fixOf(credential) !== null) void commands.fix(credential)
    else if (key === 'r' && canRefresh(credential)) void commands.refresh(credential)
    else if (key === 'F' && shift) commands.startFixing()
    else if (key === 'R' && shift) void commands.refreshAll()
    else if (key === 'c' && canTakeOut(credential)) void commands.copySecret(credential)
    else if (key === 's') void commands.toggleFavourite(credential)
    else if (key === 'F2') commands.rename(credential.id)
    else if (key === 'Delete') commands.askToRemove([credential])
    else return key === 'r' || key === 'f' || key === 'c'
    return true
  }

  function withControl(key: string): boolean {
    if (key === 'Enter') return act('f', false)
    if (key === 'a') {
      onSelectAll()
      return true
    }
    if (key === 'c' && getSelection()?.isCollapsed !== false) return act('c', false)
    if (key !== 'b' || credential === null) return false
    void commands.copyAccount(credential)
    return true
  }

  return (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey, target: from, currentTarget } = event
    // The menu of a row is inside the grid in React's tree, but outside it in the document.
    if (!(from instanceof HTMLElement) || !currentTarget.contains(from)) return
    if (ctrlKey || metaKey) {
      if (!altKey && !shiftKey && withControl(key)) event.preventDefault()
      return
    }
    if (altKey) return
    const onButton = from.closest('button') !== null
    if (key === 'ArrowRight' || key === 'ArrowLeft') {
      moveInRow(from, key === 'ArrowRight' ? 1 : -1)
      return event.preventDefault()
    }
    if (onButton && (key === 'Enter' || key === ' ')) return
    if (move(key, shiftKey) || actOnSeveral(key) || act(key, shiftKey)) return event.preventDefault()
    if (key.length === 1 && key !== ' ' && key !== '/' && key !== '?') onType()
  }
}

function pageRows(scroller: HTMLElement | null, count: number): number {
  const row = scroller?.querySelector('[data-row]')
  if (scroller === null || row === null || row === undefined) return count
  return Math.max(1, Math.floor(scroller.clientHeight / row.getBoundingClientRect().height) - 1)
}

/** Right goes from the row to its buttons, left back to the row. */
function moveInRow(from: HTMLElement, step: 1 | -1): void {
  const row = from.closest<HTMLElement>('[role=row]')
  if (row === null) return
  const stops = [row, ...row.querySelectorAll<HTMLElement>('button')]
  stops[stops.indexOf(from.closest('button') ?? row) + step]?.focus()
}
