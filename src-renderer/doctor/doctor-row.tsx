import { Check, Minus, TriangleAlert, X } from 'lucide-react'
import { doctorStateWords, doctorTitles, type DoctorRow } from '#shared/doctor.ts'
import { SignOutList } from './sign-out-list.tsx'
import { doctorText } from '../text/doctor-text.ts'
import { Button } from '../ui/button.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import styles from './doctor.module.css'
import { ImportAction } from './import-action.tsx'

const icons = { ok: Check, warning: TriangleAlert, failure: X, skipped: Minus } as const

type Props = {
  readonly row: DoctorRow
  readonly busy: boolean
  readonly onFix: () => void
  readonly onReadEntries: () => void
  readonly onSignOutDone: () => void
}

/** One check: icon, word and finding; a failed check also shows why it matters and what to do. */
export function DoctorRowItem({ row, busy, onFix, onReadEntries, onSignOutDone }: Props) {
  const { id, state, fact, why, remedy, fixable, files } = row
  const Icon = icons[state]
  const isWrong = state === 'failure' || state === 'warning'
  return (
    <li className={styles['check']} data-state={state} data-check={id}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles['name']}>
        {isWrong ? (
          <span className={styles['word']}>{doctorText.state(doctorStateWords[state])} </span>
        ) : (
          <VisuallyHidden>{doctorText.state(doctorStateWords[state])} </VisuallyHidden>
        )}
        <strong>{doctorTitles[id]}</strong>
      </span>
      <span className={styles['fact']}>{fact}</span>
      <span className={styles['action']}>
        {fixable && (
          <Button
            size="small"
            data-fix=""
            aria-label={doctorText.fixRow(doctorTitles[id])}
            aria-disabled={busy}
            onClick={onFix}
          >
            {doctorText.fix}
          </Button>
        )}
        {id === 'entries' && state === 'skipped' && (
          <Button size="small" aria-disabled={busy} onClick={onReadEntries}>
            {doctorText.readEntries}
          </Button>
        )}
        {files.length > 0 && <ImportAction files={files} />}
      </span>
      {isWrong && (
        <span className={styles['why']}>
          {why} {remedy}
        </span>
      )}
      {id === 'sign-outs' && isWrong && <SignOutList onDone={onSignOutDone} />}
    </li>
  )
}
