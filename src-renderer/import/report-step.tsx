import { CircleAlert, CircleCheck } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { importText } from '../text/import-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogFooter } from '../ui/dialog-frame.tsx'
import { type ImportOutcome, outcomeText, type RowsPreview } from './import-model.ts'
import styles from './import.module.css'

type Props = { readonly preview: RowsPreview; readonly outcome: ImportOutcome }

/** The result of an import: counts, every failure with its reason, and what happened to the file. */
export function ReportStep({ preview, outcome }: Props) {
  const { commands, update } = useWindow()
  const { failed, imported, plaintext } = outcome
  const done = useRef<HTMLButtonElement>(null)
  useEffect(() => done.current?.focus(), [])

  function finish(): void {
    commands.close()
    // In the doctor, or if nothing was imported, the focus returns to the element that opened the dialog.
    if (imported > 0) update((before) => (before.page === 'doctor' ? before : withFocus(before, 'list')))
  }
  const Icon = failed.length > 0 ? CircleAlert : CircleCheck
  return (
    <>
      <div className={styles['body']}>
        <h3 className={styles['outcome']} data-failed={failed.length > 0 || undefined}>
          <Icon size={16} aria-hidden="true" />
          {outcomeText(outcome)}
        </h3>
        {plaintext !== 'none' && preview.path !== null && (
          <p className={styles['path']}>{importText.plaintext[plaintext](preview.path)}</p>
        )}
        {failed.length > 0 && (
          <section className={styles['failed']} aria-labelledby="import-failed">
            <h4 id="import-failed">{importText.failedList}</h4>
            <ul>
              {failed.map(({ row, note }) => (
                <li key={row.index}>
                  <strong>{row.name}</strong> <span className={styles['faint']}>{row.account}</span>
                  <p>{note}</p>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <DialogFooter>
        <Button ref={done} look="primary" onClick={finish}>
          {importText.done}
        </Button>
      </DialogFooter>
    </>
  )
}
