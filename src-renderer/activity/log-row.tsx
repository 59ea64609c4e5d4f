// A virtualised list has no list markup of its own.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { ChevronRight } from 'lucide-react'
import { useId } from 'react'
import { shortHost } from '#shared/short-host.ts'
import { Mark } from '../brand/mark.tsx'
import { useNow } from '../state/vault-context.tsx'
import { logText } from '../text/activity-text.ts'
import { clockText, dayText, exactText } from '../time/time-text.ts'
import styles from './log.module.css'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import { ResultChip } from './result-chip.tsx'
import { RowFacts } from './row-facts.tsx'
import type { ShownUse } from './use-filter.ts'
import { programName, reasonOf, whatText } from './use-words.ts'

type Props = {
  readonly use: ShownUse
  readonly index: number
  readonly start: number
  readonly place: { readonly at: number; readonly of: number }
  readonly measure: (element: Element | null) => void
  readonly isActive: boolean
  readonly isOpen: boolean
  readonly onToggle: () => void
}

/** A line of the log; a press opens its explanation under it. */
export function LogRow({ use, index, start, place, measure, isActive, isOpen, onToggle }: Props) {
  const id = useId()
  return (
    <div
      ref={measure}
      role="listitem"
      aria-setsize={place.of}
      aria-posinset={place.at}
      data-index={index}
      className={styles['line']}
      data-open={isOpen || undefined}
      style={{ top: start }}
    >
      <button
        type="button"
        className={styles['row']}
        data-row={use.seq}
        tabIndex={isActive ? 0 : -1}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={onToggle}
      >
        <Line use={use} />
      </button>
      {isOpen && <RowFacts id={id} use={use} />}
    </div>
  )
}

/** What is seen of a line that is closed: when, what, who and how it ended. */
function Line({ use }: { readonly use: ShownUse }) {
  const { credential, row } = use
  const now = useNow()
  const at = Date.parse(row.at)
  const reason = reasonOf(use.result)
  return (
    <>
      <time className={styles['time']} dateTime={row.at} title={exactText(at)}>
        <VisuallyHidden>{dayText(at, now)}, </VisuallyHidden>
        {clockText(at)}
      </time>
      <Mark service={credential?.service ?? row.clientName} name={credential?.name ?? row.clientName} />
      <span className={styles['text']}>
        <What use={use} />
        <span className={styles['who']}>
          <bdi>{programName(row.clientName)}</bdi>
          {credential !== null && <bdi>{logText.ofCredential(credential.name, credential.account)}</bdi>}
        </span>
      </span>
      <span className={styles['result']}>
        <ResultChip use={use} />
        {reason !== null && <span className={styles['reason']}>{reason}</span>}
      </span>
      <ChevronRight size={16} strokeWidth={1.75} className={styles['chevron']} aria-hidden="true" />
    </>
  )
}

/** A request with its host in sight, also where the path is cut. */
function What({ use: { row } }: { readonly use: ShownUse }) {
  const { host, method, path } = row
  if (method === null || host === null) return <span className={styles['what']}>{whatText(row)}</span>
  return (
    <span className={styles['what']}>
      <span className={styles['method']}>{method}</span>{' '}
      <bdo dir="ltr">
        {shortHost(host)}
        <span className={styles['path']}>{path}</span>
      </bdo>
    </span>
  )
}
