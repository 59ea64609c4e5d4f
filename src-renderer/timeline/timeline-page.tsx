import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useState } from 'react'
import { titleOf } from '#shared/entry-labels.ts'
import { Mark } from '../brand/mark.tsx'
import type { Coming } from '../status/coming.ts'
import { useNow, useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { allView } from '../state/view.ts'
import { noSearch } from '../state/search.ts'
import type { ComingKind } from '../text/ahead-text.ts'
import { timelineText } from '../text/timeline-text.ts'
import { dayTimeText, exactText, shortDayText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import { CheckRow } from '../ui/check-row.tsx'
import { Choice } from '../ui/choice.tsx'
import { useIsDialogOpen } from '../ui/open-dialogs.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import styles from './timeline.module.css'
import {
  marksOf,
  placeOf,
  type Span,
  spans,
  type TimelineOptions,
  type TimelineRow,
  timelineRows
} from './timeline-model.ts'

/** Rows that are shown at first, and by each press on the button below them. */
const PAGE = 200
const kinds: readonly ComingKind[] = ['expires', 'use-by', 'sign-in-by', 'renews']

/** What the coming days bring, a line for each credential. It is a table whose second column is a picture. */
export function TimelinePage() {
  const { credentials } = useReady()
  const now = useNow()
  const [span, setSpan] = useState<Span>(30)
  const [withRefreshes, setWithRefreshes] = useState(true)
  const [most, setMost] = useState(PAGE)
  const options = useMemo(() => ({ now, span, withRefreshes }), [now, span, withRefreshes])
  const rows = useMemo(() => timelineRows(credentials.values(), options), [credentials, options])

  const zoom = useCallback(
    (step: 1 | -1) => setSpan((before) => spans[spans.indexOf(before) + step] ?? before),
    []
  )
  useZoomKeys(zoom)
  return (
    <section className={styles['page']} aria-labelledby="timeline-title" data-pane="detail">
      <header className={styles['bar']}>
        <h1 id="timeline-title" tabIndex={-1} data-first>
          {timelineText.title}
        </h1>
        <CheckRow label={timelineText.withRefreshes} checked={withRefreshes} onChange={setWithRefreshes} />
        <Choice
          label={timelineText.span}
          options={timelineText.spans}
          value={String(span) as '7' | '30' | '90'}
          onChange={(next) => setSpan(Number(next) as Span)}
        />
      </header>
      <Legend withRefreshes={withRefreshes} />
      <div className={styles['body']}>
        {rows.length === 0 ? (
          <p className={styles['empty']}>{timelineText.empty(timelineText.spans[span])}</p>
        ) : (
          <Picture rows={rows.slice(0, most)} options={options} />
        )}
        {rows.length > most && (
          <Button onClick={() => setMost((before) => before + PAGE)}>
            {timelineText.more(Math.min(PAGE, rows.length - most))}
          </Button>
        )}
      </div>
    </section>
  )
}

/** Plus and minus zoom wherever the focus is, unless a dialog is open. */
function useZoomKeys(zoom: (step: 1 | -1) => void): void {
  const isDialogOpen = useIsDialogOpen()
  useEffect(() => {
    function onKeyDown({ key, ctrlKey, metaKey, altKey }: globalThis.KeyboardEvent): void {
      if (ctrlKey || metaKey || altKey || isDialogOpen()) return
      if (key === '+' || key === '=') zoom(-1)
      else if (key === '-') zoom(1)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [zoom, isDialogOpen])
}

function Legend({ withRefreshes }: { readonly withRefreshes: boolean }) {
  return (
    <div className={styles['legend']} aria-hidden="true">
      {kinds
        .filter((kind) => withRefreshes || kind !== 'renews')
        .map((kind) => (
          <span key={kind}>
            <span className={styles['dot']} data-kind={kind} />
            {timelineText.kinds[kind]}
          </span>
        ))}
    </div>
  )
}

type PictureProps = { readonly rows: readonly TimelineRow[]; readonly options: TimelineOptions }

function Picture({ rows, options }: PictureProps) {
  const marks = marksOf(options)
  return (
    // The arrows go from one credential to the next.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <table className={styles['table']} onKeyDown={moveByArrows}>
      <thead>
        <tr>
          <th scope="col">
            <VisuallyHidden>{timelineText.who}</VisuallyHidden>
          </th>
          <th scope="col" className={styles['axis']}>
            <VisuallyHidden>{timelineText.what}</VisuallyHidden>
            <span aria-hidden="true">{timelineText.now}</span>
            {marks.map((at) => (
              <span key={at} aria-hidden="true" style={{ insetInlineStart: `${placeOf(at, options)}%` }}>
                {shortDayText(at)}
              </span>
            ))}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <Row key={row.credential.id} row={row} options={options} isFirst={index === 0} />
        ))}
      </tbody>
    </table>
  )
}

type RowProps = {
  readonly row: TimelineRow
  readonly options: TimelineOptions
  /** Tab leads to the first row, the arrows from there. */
  readonly isFirst: boolean
}

const Row = memo(function Row({ row: { credential, coming }, options, isFirst }: RowProps) {
  const { update } = useWindow()
  const { account, id, name, service } = credential
  const title = titleOf(credential)
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className={styles['who']}
          tabIndex={isFirst ? 0 : -1}
          data-row-button
          onClick={() =>
            update((before) =>
              withFocus({ ...before, view: allView, search: noSearch, selected: id }, 'list')
            )
          }
        >
          <Mark service={service} name={name} size="small" />
          <span className={styles['name']}>{title}</span>
          <span className={styles['account']}>{account}</span>
        </button>
      </th>
      <td>
        <div className={styles['track']}>
          <Life coming={coming} options={options} />
          {coming.map(({ kind, at }) => (
            <span
              key={kind}
              className={styles['dot']}
              data-kind={kind}
              title={`${timelineText.event[kind](dayTimeText(at, options.now))}\n${exactText(at)}`}
              style={{ insetInlineStart: `${placeOf(at, options)}%` }}
            >
              <VisuallyHidden>{timelineText.event[kind](dayTimeText(at, options.now))}. </VisuallyHidden>
            </span>
          ))}
        </div>
      </td>
    </tr>
  )
})

/** The time until the last thing that is shown. */
function Life({
  coming,
  options
}: {
  readonly coming: readonly Coming[]
  readonly options: TimelineOptions
}) {
  const end = coming.findLast(({ kind }) => kind !== 'renews') ?? coming.at(-1)
  if (end === undefined) return null
  return (
    <span
      aria-hidden="true"
      className={styles['life']}
      data-kind={end.kind}
      style={{ inlineSize: `${placeOf(end.at, options)}%` }}
    />
  )
}

function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-button]')]
  const here = stops.indexOf(document.activeElement as HTMLElement)
  event.preventDefault()
  stops[Math.max(0, here + step)]?.focus()
}
