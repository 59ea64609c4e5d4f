import { LockKeyhole } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { importText } from '../text/import-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogFooter } from '../ui/dialog-frame.tsx'
import { PassphraseField } from '../ui/passphrase-field.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import styles from './import.module.css'
import { SourceLine } from './source-line.tsx'
import type { ImportFlow } from './use-import.ts'

type Props = { readonly flow: ImportFlow; readonly path: string | null }

/** One field takes either of the two secrets that can open the file. */
export function SealedStep({ flow, path }: Props) {
  const { commands } = useWindow()
  const { input, error, setError, submit } = useOpening(flow)
  return (
    <SubmitForm className={styles['step']} onSubmit={() => void submit()}>
      <div className={styles['body']}>
        <SourceLine path={path} format="latchkey" flow={flow} />
        <div className={styles['sealed']}>
          <h3>
            <LockKeyhole size={16} aria-hidden="true" />
            {importText.sealedTitle}
          </h3>
          <PassphraseField
            attach={input}
            label={importText.secret}
            hint={importText.secretHint}
            error={error}
            onChange={() => setError(null)}
          />
        </div>
      </div>
      <DialogFooter note={importText.nothingStored}>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        <Button type="submit" look="primary" aria-disabled={flow.work !== null}>
          {flow.work === 'opening' ? importText.works.opening : importText.open}
        </Button>
      </DialogFooter>
    </SubmitForm>
  )
}

/** Every try clears the field, also a failed one. */
function useOpening(flow: ImportFlow) {
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => input.current?.focus(), [])

  async function submit(): Promise<void> {
    const field = input.current
    if (field === null || flow.work !== null) return
    const secret = field.value
    if (secret === '') {
      setError(importText.secretMissing)
      return field.focus()
    }
    setError(null)
    const opened = flow.open(secret)
    field.value = ''
    const problem = await opened
    if (problem === null) return
    setError(problem.message)
    field.focus()
  }
  return { input, error, setError, submit }
}
