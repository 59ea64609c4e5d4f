import { FileText } from 'lucide-react'
import { useRef, useState } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { importText } from '../text/import-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogFooter } from '../ui/dialog-frame.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import styles from './import.module.css'
import type { ImportFlow } from './use-import.ts'

const LONGEST = 1_048_576

export function ChooseStep({ flow }: { readonly flow: ImportFlow }) {
  const { commands } = useWindow()
  const { work, problem } = flow
  return (
    <>
      <div className={styles['body']}>
        {problem !== null && <ProblemNote problem={problem} />}
        <section className={styles['section']} aria-labelledby="import-file">
          <h3 id="import-file">{importText.file}</h3>
          <p className={styles['faint']}>{importText.fileMeans}</p>
          <Button data-first aria-disabled={work !== null} onClick={() => void flow.read({ kind: 'file' })}>
            <FileText size={16} aria-hidden="true" />
            {work === 'reading' ? importText.works.reading : importText.chooseFile}
          </Button>
        </section>
        <PasteForm flow={flow} />
      </div>
      <DialogFooter note={importText.nothingStored}>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
      </DialogFooter>
    </>
  )
}

/** The text is only in its field; a text that could not be read stays for a correction. */
function PasteForm({ flow }: { readonly flow: ImportFlow }) {
  const input = useRef<HTMLTextAreaElement>(null)
  const [error, setError] = useState<string | null>(null)

  async function submit(): Promise<void> {
    const field = input.current
    if (field === null) return
    const text = field.value
    const wrong =
      text.trim() === '' ? importText.textMissing : text.length > LONGEST ? importText.textTooLong : null
    setError(wrong)
    if (wrong !== null) return field.focus()
    if (await flow.read({ kind: 'text', text })) field.value = ''
  }
  return (
    <SubmitForm className={styles['section']} onSubmit={() => void submit()}>
      <Field label={importText.text} hint={importText.textHint} error={error} mono>
        {(ids) => (
          <textarea
            {...ids}
            ref={input}
            className={styles['paste']}
            rows={5}
            autoComplete="off"
            spellCheck={false}
            onChange={() => setError(null)}
          />
        )}
      </Field>
      <Button type="submit" aria-disabled={flow.work !== null}>
        {importText.readText}
      </Button>
    </SubmitForm>
  )
}
