import { useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { KeyField } from '../fields/key-field.tsx'
import { createKeyInput } from '../fields/key-input.ts'
import { useWindow } from '../state/window-context.tsx'
import { keyText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { rotationText } from '../text/rotation-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, type AttachFirst } from '../ui/dialog-frame.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import { HelpLink } from './help-link.tsx'
import styles from './rotation.module.css'
import { StepList } from './step-list.tsx'
import { useNewKey } from './use-new-key.ts'

type Props = { readonly credential: CredentialSummary; readonly attachFirst: AttachFirst }

const NOTHING = (): void => undefined

export function NewKeyStep({ credential, attachFirst }: Props) {
  const { commands } = useWindow()
  const [input] = useState(createKeyInput)
  const { day, setDay, errors, sending, problem, store } = useNewKey(credential, input)
  function attach(field: HTMLInputElement | null): void {
    attachFirst(field)
    input.attach(field)
  }
  return (
    <SubmitForm className={styles['form']} onSubmit={() => void store()}>
      <StepList current="key" />
      <DialogBody>
        {problem !== null && <ProblemNote problem={problem} />}
        <p className={styles['quiet']}>{rotationText.makeOne(credential.name)}</p>
        <HelpLink credential={credential} />
        <KeyField label={rotationText.newKey} attach={attach} error={errors.key} onText={NOTHING} />
        <Field label={keyText.expires} optional error={errors.day}>
          {(ids) => (
            <input
              {...ids}
              type="date"
              data-field="day"
              value={day}
              onChange={(event) => setDay(event.target.value)}
            />
          )}
        </Field>
      </DialogBody>
      <DialogFooter>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        <Button type="submit" look="primary" aria-disabled={sending || undefined}>
          {sending ? keyText.saving : rotationText.store}
        </Button>
      </DialogFooter>
    </SubmitForm>
  )
}
