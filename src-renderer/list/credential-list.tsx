import { useEffect, useMemo, useRef } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { useReady } from '../state/vault-context.tsx'
import type { FocusTurns } from '../state/focus-turns.ts'
import { listText } from '../text/list-text.ts'
import { number } from '../text/locale.ts'
import { credentialActions, useActionPorts } from '../state/credential-actions.ts'
import type { ListItem } from '../state/list-model.ts'
import type { Select } from '../state/picking.ts'
import { severalActions } from '../state/several-actions.ts'
import { parseSearch } from '../state/search.ts'
import { useWindow } from '../state/window-context.tsx'
import { ContextArea, type MenuAction } from '../ui/action-menu.tsx'
import { CredentialRow } from './credential-row.tsx'
import styles from './list.module.css'
import { RemovedRow } from './removed-row.tsx'
import { useListFocus } from './use-list-focus.ts'
import { useListKeys } from './use-list-keys.ts'
import { useRows } from './use-rows.ts'

type Props = {
  readonly items: readonly ListItem[]
  readonly count: number
  readonly activeId: string | null
  readonly density: 'comfortable' | 'compact'
  /** Increases when the list should take the focus. */
  readonly focusTurn: number
  readonly focusTurns: FocusTurns
  /** False until the requested entry, or the result of the search, is in the list. */
  readonly wantedIsActive: boolean
  readonly onSelect: Select
  readonly onSelectAll: () => void
  readonly onOpen: (id: string) => void
  readonly onType: () => void
}

/** Renders the visible rows, the active one and the header above them; the others are not in the document. */
export function CredentialList(props: Props) {
  const { items, count, activeId, density, onSelect, onSelectAll, onOpen, onType } = props
  const { focusTurn, focusTurns, wantedIsActive } = props
  const { isWhole } = useReady()
  const scroller = useRef<HTMLDivElement>(null)
  const activeItem = items.findIndex((item) => item.kind === 'row' && item.credential.id === activeId)
  const { virtualizer, stuck } = useRows({ items, activeItem, density, scroller })
  useListFocus({ scroller, row: rowIndex(items[activeItem]), wantedIsActive, focusTurn, focusTurns })
  useEffect(() => {
    if (activeItem >= 0) virtualizer.scrollToIndex(activeItem)
  }, [virtualizer, activeItem])
  const ports = useActionPorts()
  const { picked, state } = useWindow()
  const words = useMemo(() => parseSearch(state.search.text).words, [state.search.text])
  const pickedIds = useMemo(() => new Set(picked.map(({ id }) => id)), [picked])
  const activeRow = items[activeItem]
  const active = activeRow?.kind === 'row' ? activeRow.credential : null
  const onKeyDown = useListKeys({
    items,
    count,
    activeItem,
    onSelect,
    onSelectAll,
    onOpen,
    onType,
    scroller
  })

  return (
    <div ref={scroller} className={styles['scroller']} data-pane="list">
      <ContextArea
        actions={actionsOf(active, picked, ports)}
        onPress={(pressed) => {
          const index = pressed.closest<HTMLElement>('[data-row]')?.dataset['row']
          const item = items.find((each) => each.kind === 'row' && String(each.index) === index)
          if (item?.kind !== 'row') return false
          if (!pickedIds.has(item.credential.id)) onSelect(item.credential.id)
          return true
        }}
        focusAfter={() => scroller.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]') ?? null}
        area={
          // The rows take the focus; one of them can always be reached.
          // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
          <div
            role="grid"
            aria-label={listText.grid}
            aria-multiselectable
            aria-rowcount={isWhole ? count : -1}
            className={styles['grid']}
            style={{ height: virtualizer.getTotalSize() }}
            onKeyDown={onKeyDown}
          >
            {virtualizer.getVirtualItems().map(({ index, start, key }) => {
              const item = items[index]
              if (item === undefined) return null
              if (item.kind === 'group') {
                return <GroupHeader key={key} item={item} top={start} stuck={index === stuck()} />
              }
              if (item.kind === 'removed') {
                return <RemovedRow key={key} removal={item.removal} top={start} alone={count === 0} />
              }
              const isActive = item.credential.id === activeId
              const isSelected = pickedIds.size === 0 ? isActive : pickedIds.has(item.credential.id)
              return (
                <CredentialRow
                  key={key}
                  {...item}
                  {...{ top: start, active: isActive, selected: isSelected, words, onSelect, onOpen }}
                />
              )
            })}
          </div>
        }
      />
    </div>
  )
}

type GroupProps = {
  readonly item: ListItem & { kind: 'group' }
  readonly top: number
  readonly stuck: boolean
}

function GroupHeader({ item, top, stuck }: GroupProps) {
  const { isWhole } = useReady()
  return (
    <div
      role="presentation"
      className={styles['group']}
      data-stuck={stuck || undefined}
      style={{ top: stuck ? 0 : top }}
    >
      <b>{item.label}</b> {isWhole && number(item.count)}
    </div>
  )
}

/** The actions of a press by the right button: of all selected entries, or of the active one. */
function actionsOf(
  active: CredentialSummary | null,
  picked: readonly CredentialSummary[],
  ports: ReturnType<typeof useActionPorts>
): readonly MenuAction[] {
  if (picked.length > 0) return severalActions(picked, ports.commands)
  return active === null ? [] : credentialActions(active, ports)
}

function rowIndex(item: ListItem | undefined): number {
  return item?.kind === 'row' ? item.index : -1
}
