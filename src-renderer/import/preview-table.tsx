/* The preview is a grid: the arrow keys move through its rows, and Tab goes past them all. */
/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/interactive-supports-focus */
import { memo, type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import type { ImportRow } from '#shared/transfer.ts'
import { Mark } from '../brand/mark.tsx'
import { target } from '../list/list-move.ts'
import { importText } from '../text/import-text.ts'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import {
  type AllState,
  allState,
  canChoose,
  type Chosen,
  withAllToggled,
  withToggled
} from './import-model.ts'
import styles from './import.module.css'

type Props = {
  readonly rows: readonly ImportRow[]
  readonly chosen: Chosen
  readonly onChange: (change: (before: Chosen) => Chosen) => void
}

const PAGE = 10

export function PreviewTable({ rows, chosen, onChange }: Props) {
  const grid = useRef<HTMLDivElement>(null)
  const help = useId()
  const [active, setActive] = useState(0)
  const toggle = useCallback((row: ImportRow) => onChange((before) => withToggled(before, row)), [onChange])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const next = target(event.key, isInRows(event.target) ? active : -1, rows.length, PAGE)
    if (next < 0) return
    event.preventDefault()
    setActive(next)
    grid.current?.querySelector<HTMLElement>(`[data-tick="${next}"]`)?.focus()
  }
  const { columns } = importText
  return (
    <>
      <div className={styles['scroller']}>
        <div
          ref={grid}
          role="grid"
          aria-label={importText.found}
          aria-describedby={help}
          aria-rowcount={rows.length + 1}
          onKeyDown={onKeyDown}
        >
          <div role="row" aria-rowindex={1} className={styles['head']}>
            <span role="columnheader">
              <AllTick
                state={allState(rows, chosen)}
                canChange={rows.some(canChoose)}
                onToggle={() => onChange((before) => withAllToggled(rows, before))}
              />
            </span>
            <span role="columnheader">{columns.entry}</span>
            <span role="columnheader">{columns.secret}</span>
            <span role="columnheader">{columns.kind}</span>
            <span role="columnheader">{columns.state}</span>
          </div>
          <div role="rowgroup">
            {rows.map((row, at) => (
              <Row
                key={row.index}
                row={row}
                at={at}
                checked={chosen.has(row.index)}
                isStop={at === active}
                onToggle={toggle}
                onActive={setActive}
              />
            ))}
          </div>
        </div>
      </div>
      <VisuallyHidden>
        <span id={help}>{importText.keys}</span>
      </VisuallyHidden>
    </>
  )
}

function isInRows(element: EventTarget): boolean {
  return element instanceof HTMLElement && element.dataset['tick'] !== undefined
}

type AllProps = { readonly state: AllState; readonly canChange: boolean; readonly onToggle: () => void }

function AllTick({ state, canChange, onToggle }: AllProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current !== null) input.current.indeterminate = state === 'some'
  }, [state])
  return (
    <input
      ref={input}
      type="checkbox"
      className={styles['tick']}
      aria-label={importText.selectAll}
      aria-disabled={!canChange || undefined}
      checked={state === 'all'}
      onChange={() => {
        if (canChange) onToggle()
      }}
    />
  )
}

type RowProps = {
  readonly row: ImportRow
  readonly at: number
  readonly checked: boolean
  readonly isStop: boolean
  readonly onToggle: (row: ImportRow) => void
  readonly onActive: (at: number) => void
}

/** Drawn again only when its own tick changes: there may be hundreds. */
const Row = memo(function Row({ row, at, checked, isStop, onToggle, onActive }: RowProps) {
  const { service, account, name, kind, masked, state, note } = row
  const id = useId()
  const open = canChoose(row)
  return (
    <div role="row" aria-rowindex={at + 2} className={styles['row']} data-open={open || undefined}>
      <span role="gridcell">
        <input
          id={id}
          type="checkbox"
          className={styles['tick']}
          data-tick={at}
          tabIndex={isStop ? 0 : -1}
          aria-label={importText.row(name, account, importText.states[state])}
          aria-describedby={note === null ? undefined : `${id}-note`}
          aria-disabled={!open || undefined}
          checked={checked}
          onChange={() => onToggle(row)}
          onFocus={() => onActive(at)}
        />
      </span>
      <span role="gridcell">
        <label htmlFor={id} className={styles['who']}>
          <Mark service={service} name={name} size="small" />
          <span>
            <strong title={name}>{name}</strong>
            <span className={styles['account']} title={account}>
              {account}
            </span>
          </span>
        </label>
      </span>
      <span role="gridcell" className={styles['masked']}>
        {masked}
      </span>
      <span role="gridcell" className={styles['kind']}>
        {importText.kinds[kind]}
      </span>
      <span role="gridcell" className={styles['state']}>
        <span className={styles['chip']} data-state={state}>
          {importText.states[state]}
        </span>
      </span>
      {note !== null && (
        <span role="gridcell" id={`${id}-note`} className={styles['note']}>
          {note}
        </span>
      )}
    </div>
  )
})
