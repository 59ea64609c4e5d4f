import { CircleCheck } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { ExportReport } from '#shared/transfer.ts'
import { backupText } from '../text/backup-text.ts'
import { commonText } from '../text/common-text.ts'
import { LiveRegion } from '../toasts/live-region.tsx'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import { PassphraseField } from '../ui/passphrase-field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import styles from './backup.module.css'
import { useExport } from './use-export.ts'

type Props = { readonly open: boolean; readonly onClose: () => void }

/** Opens above the settings. It is discarded together with its text when it closes. */
export function ExportDialog({ open, onClose }: Props) {
  return (
    <DialogFrame title={backupText.exportTitle} open={open} onClose={onClose} keepOnOutsidePress above>
      <ExportForm onClose={onClose} />
    </DialogFrame>
  )
}

function ExportForm({ onClose }: { readonly onClose: () => void }) {
  const form = useExport()
  const { report, work } = form
  const spoken = work ? backupText.exporting : report === null ? '' : backupText.exported(report.exported)
  return (
    <>
      {report === null ? <Ask form={form} onClose={onClose} /> : <Report report={report} onClose={onClose} />}
      <LiveRegion text={spoken} />
    </>
  )
}

type AskProps = { readonly form: ReturnType<typeof useExport>; readonly onClose: () => void }

function Ask({ form, onClose }: AskProps) {
  const { fields, errors, problem, work, notChosen } = form
  return (
    <SubmitForm className={styles['form']} onSubmit={() => void form.submit()}>
      <DialogBody>
        {problem !== null && <ProblemNote problem={problem} />}
        <p>{backupText.exportHolds}</p>
        <p className={styles['faint']}>{backupText.exportSignIns}</p>
        <PassphraseField
          attach={fields.passphrase}
          label={backupText.passphrase}
          hint={backupText.passphraseHint}
          error={errors.passphrase}
          onChange={form.forgive}
        />
        <PassphraseField
          attach={fields.again}
          label={backupText.again}
          error={errors.again}
          onChange={form.forgive}
        />
        <output className={styles['said']}>{notChosen ? backupText.notChosen : ''}</output>
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>{commonText.cancel}</Button>
        <Button type="submit" look="primary" aria-disabled={work}>
          {work ? backupText.exporting : backupText.chooseWhere}
        </Button>
      </DialogFooter>
    </SubmitForm>
  )
}

type ReportProps = { readonly report: ExportReport; readonly onClose: () => void }

function Report({ report, onClose }: ReportProps) {
  const { path, exported, missing } = report
  const done = useRef<HTMLButtonElement>(null)
  useEffect(() => done.current?.focus(), [])
  return (
    <>
      <DialogBody>
        <div className={styles['outcome']}>
          <CircleCheck size={16} aria-hidden="true" />
          <div>
            <strong>{backupText.exported(exported)}</strong>
            <p className={styles['path']}>{path}</p>
          </div>
        </div>
        {missing.length > 0 && (
          <section className={styles['missing']} aria-labelledby="export-missing">
            <h3 id="export-missing">{backupText.missing}</h3>
            <ul>
              {missing.map((entry) => (
                <li key={entry}>{entry}</li>
              ))}
            </ul>
          </section>
        )}
        <p className={styles['faint']}>{backupText.keepApart}</p>
      </DialogBody>
      <DialogFooter>
        <Button ref={done} look="primary" onClick={onClose}>
          {backupText.done}
        </Button>
      </DialogFooter>
    </>
  )
}
