/* The preview is a grid: the arrow keys move through its rows, and Tab goes past them all. */
/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/interactive-supports-focus */
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import type { ImportRow } from '#shared/transfer.ts'
import { target } from '../list/list-move.ts'
import { importText } from '../text/import-text.ts'
import { Button } from '../ui/button.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import {
  allState,
  canChoose,
  type Chosen,
  type ChosenHosts,
  withAllToggled,
  withToggled
} from './import-model.ts'
import styles from './import.module.css'
import { PreviewRow } from './preview-row.tsx'

const PAGE = 10
/** Number of rows drawn at first; a file may have thousands, which are drawn on request. */
const SHOWN = 500

type Props = {
  readonly rows: readonly ImportRow[]
  readonly chosen: Chosen
  readonly onChange: (change: (before: Chosen) => Chosen) => void
}
type TableProps = Props & { readonly hosts: ChosenHosts; readonly onHost: (key: string) => void }

export function PreviewTable({ rows, chosen, onChange, hosts, onHost }: TableProps) {
  const help = useId()
  const [limit, setLimit] = useState(SHOWN)
  const { grid, active, setActive, onKeyDown, focusSoon } = useRows(Math.min(limit, rows.length))
  const toggle = useCallback((row: ImportRow) => onChange((before) => withToggled(before, row)), [onChange])

  function showMore(): void {
    setLimit(limit + SHOWN)
    focusSoon(limit)
  }
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
          <Head rows={rows} chosen={chosen} onChange={onChange} />
          <div role="rowgroup">
            {rows.slice(0, limit).map((row, at) => (
              <PreviewRow
                key={row.index}
                {...{ row, at, hosts, onHost }}
                checked={chosen.has(row.index)}
                isStop={at === active}
                onToggle={toggle}
                onActive={setActive}
              />
            ))}
          </div>
        </div>
      </div>
      {rows.length > limit && (
        <div className={styles['more']}>
          <span>{importText.shown(limit, rows.length)}</span>
          <Button size="small" onClick={showMore}>
            {importText.showMore}
          </Button>
        </div>
      )}
      <VisuallyHidden>
        <span id={help}>{importText.keys}</span>
      </VisuallyHidden>
    </>
  )
}

/** Tab reaches one row; the arrow keys move this tab stop. */
function useRows(count: number) {
  const grid = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const focus = (at: number) => grid.current?.querySelector<HTMLElement>(`[data-tick="${at}"]`)?.focus()
  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const next = target(event.key, isInRows(event.target) ? active : -1, count, PAGE)
    if (next < 0) return
    event.preventDefault()
    setActive(next)
    focus(next)
  }
  /** Focuses a row one frame later, because it may not be drawn yet. */
  const focusSoon = (at: number) => void requestAnimationFrame(() => focus(at))
  return { grid, active, setActive, onKeyDown, focusSoon }
}

function isInRows(element: EventTarget): boolean {
  return element instanceof HTMLElement && element.dataset['tick'] !== undefined
}

function Head({ rows, chosen, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const state = allState(rows, chosen)
  const canChange = rows.some(canChoose)
  const { columns } = importText
  useEffect(() => {
    if (input.current !== null) input.current.indeterminate = state === 'some'
  }, [state])
  return (
    <div role="row" aria-rowindex={1} className={styles['head']}>
      <span role="columnheader">
        <input
          ref={input}
          type="checkbox"
          className={styles['tick']}
          aria-label={importText.selectAll}
          aria-disabled={!canChange || undefined}
          checked={state === 'all'}
          onChange={() => onChange((before) => withAllToggled(rows, before))}
        />
      </span>
      <span role="columnheader">{columns.entry}</span>
      <span role="columnheader">{columns.secret}</span>
      <span role="columnheader">{columns.kind}</span>
      <span role="columnheader">{columns.state}</span>
    </div>
  )
}
