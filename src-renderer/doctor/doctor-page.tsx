import { RefreshCw } from 'lucide-react'
import { type RefObject, useEffect, useRef } from 'react'
import { type DoctorCheckId, type DoctorReport, doctorTotals } from '#shared/doctor.ts'
import { useNow } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { doctorText } from '../text/doctor-text.ts'
import { relativeText } from '../time/time-text.ts'
import { LiveRegion } from '../toasts/live-region.tsx'
import { Button } from '../ui/button.tsx'
import { DoctorRowItem } from './doctor-row.tsx'
import styles from './doctor.module.css'
import { type DoctorModel, useDoctor } from './use-doctor.ts'

/** Checks everything that the vault depends on when the page opens; repairs only what is safe to repair. */
export function DoctorPage() {
  const doctor = useDoctor()
  const { report, work, hasFailed } = doctor
  const page = useRef<HTMLElement>(null)
  const summary = report === null ? '' : totalsText(report)

  async function goOn(): Promise<void> {
    await doctor.check()
    focusNext(page.current, 'li [data-sign-out]')
  }
  async function fix(checks: readonly DoctorCheckId[] | null): Promise<void> {
    await doctor.fix(checks)
    focusNext(page.current, 'li [data-fix]')
  }
  useAfterImport(doctor, page)
  return (
    <section ref={page} className={styles['page']} aria-labelledby="doctor-title" data-pane="detail">
      <Bar doctor={doctor} onFixAll={() => void fix(null)} />
      <div className={styles['body']} aria-busy={work !== null}>
        {hasFailed && <p role="alert">{doctorText.failed}</p>}
        {report === null && !hasFailed && <p className={styles['sum']}>{doctorText.checking}</p>}
        {report !== null && (
          <>
            <Sum report={report} />
            <ul aria-label={doctorText.list}>
              {report.rows.map((row) => (
                <DoctorRowItem
                  key={row.id}
                  row={row}
                  busy={work !== null}
                  onFix={() => void fix([row.id])}
                  onReadEntries={() => void doctor.check(true)}
                  onSignOutDone={() => void goOn()}
                />
              ))}
            </ul>
          </>
        )}
      </div>
      <LiveRegion text={work === null ? summary : workText[work]} />
    </section>
  )
}

/** A pressed button disappears once it has worked, so the focus moves to the next one of its kind. */
function focusNext(page: HTMLElement | null, kind: string): void {
  requestAnimationFrame(() => {
    const next = page?.querySelector<HTMLElement>(kind) ?? page?.querySelector<HTMLElement>('[data-first]')
    next?.focus()
  })
}

/** An import may remove the file of a row and so the button that opened the import. */
function useAfterImport(doctor: DoctorModel, page: RefObject<HTMLElement | null>): void {
  const { state } = useWindow()
  const isOpen = state.dialog.kind === 'add'
  const was = useRef(isOpen)
  async function look(): Promise<void> {
    await doctor.check()
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return
      page.current?.querySelector<HTMLElement>('[data-first]')?.focus()
    })
  }
  useEffect(() => {
    if (was.current && !isOpen) void look()
    was.current = isOpen
  })
}

const workText = { checking: doctorText.checking, fixing: doctorText.fixing } as const

function Bar({ doctor, onFixAll }: { readonly doctor: DoctorModel; readonly onFixAll: () => void }) {
  const { report, work } = doctor
  const canFix = report?.rows.some(({ fixable }) => fixable) ?? false
  return (
    <div className={styles['bar']}>
      <h1 id="doctor-title">{doctorText.title}</h1>
      {canFix && (
        <Button look="primary" aria-disabled={work !== null} onClick={onFixAll}>
          {work === 'fixing' ? doctorText.fixing : doctorText.fixAll}
        </Button>
      )}
      {report !== null && (
        <Button look="quiet" onClick={() => void doctor.copy()}>
          {doctorText.copy}
        </Button>
      )}
      <Button data-first="" aria-disabled={work !== null} onClick={() => void doctor.check()}>
        <RefreshCw size={16} aria-hidden="true" />
        {work === 'checking' ? doctorText.checking : doctorText.checkAgain}
      </Button>
    </div>
  )
}

function Sum({ report }: { readonly report: DoctorReport }) {
  const now = useNow()
  const at = Date.parse(report.checkedAt)
  return (
    <p className={styles['sum']}>
      {totalsText(report)}{' '}
      <time dateTime={report.checkedAt}>{doctorText.checked(relativeText(Math.min(at, now), now))}</time>{' '}
      {doctorText.noSecret}
    </p>
  )
}

function totalsText({ rows }: DoctorReport): string {
  const { failure, warning, ok, skipped } = doctorTotals(rows)
  return doctorText.sum([
    ...(failure > 0 ? [doctorText.problems(failure)] : []),
    ...(warning > 0 ? [doctorText.warnings(warning)] : []),
    doctorText.passed(ok),
    ...(skipped > 0 ? [doctorText.skipped(skipped)] : [])
  ])
}
