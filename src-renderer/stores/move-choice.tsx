import { useId, useState } from 'react'
import type { StoreList } from '#shared/stores.ts'
import { storesText } from '../text/stores-text.ts'
import { Button } from '../ui/button.tsx'
import { CheckRow } from '../ui/check-row.tsx'
import { DialogBody, DialogFooter } from '../ui/dialog-frame.tsx'
import { Field } from '../ui/field.tsx'
import { PassphraseField } from '../ui/passphrase-field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import { type MoveErrors, type StoreChoice, targetOf, typeOf } from './move-form.ts'
import { ChoiceRow } from './store-choice-row.tsx'
import styles from './stores.module.css'
import { type MoveFields, useMoveFields } from './use-move-fields.ts'
import type { Moves } from './use-moves.ts'
import { useStores } from './use-stores.ts'

const choices = Object.keys(storesText.choices) as StoreChoice[]

type Props = { readonly moves: Moves; readonly onBegun: () => void }

/** What can be moved to, what it needs, and what will happen. */
export function MoveChoice({ moves, onBegun }: Props) {
  const stores = useStores()
  const form = useId()
  const fields = useMoveFields()
  const [choice, setChoice] = useState<StoreChoice | null>(null)
  const [errors, setErrors] = useState<MoveErrors>({})

  async function submit(): Promise<void> {
    if (choice === null) return
    const target = targetOf(choice, fields.read())
    if ('errors' in target) {
      setErrors(target.errors)
      return fields.focus(target.errors)
    }
    if (!(await moves.begin(target))) return
    fields.clear()
    onBegun()
  }
  function choose(next: StoreChoice): void {
    setChoice(next)
    setErrors({})
    moves.forget()
  }
  if (stores === null) return <DialogBody>{storesText.loading}</DialogBody>
  return (
    <>
      <DialogBody>
        <SubmitForm id={form} className={styles['form']} onSubmit={() => void submit()}>
          <Choices stores={stores} choice={choice} onChoose={choose} />
          {choice !== null && <Needs {...{ choice, fields, errors }} onChange={() => setErrors({})} />}
          {moves.problem !== null && <ProblemNote problem={moves.problem} />}
        </SubmitForm>
      </DialogBody>
      <DialogFooter
        note={choice === null ? undefined : storesText.whatHappens(stores.entries, stores.current)}
      >
        <Button look="primary" type="submit" form={form} aria-disabled={moves.busy || choice === null}>
          {moves.busy ? storesText.starting : storesText.start}
        </Button>
      </DialogFooter>
    </>
  )
}

type ChoicesProps = {
  readonly stores: StoreList
  readonly choice: StoreChoice | null
  readonly onChoose: (choice: StoreChoice) => void
}

function Choices({ stores, choice, onChoose }: ChoicesProps) {
  const obstacleOf = (each: StoreChoice): string | null =>
    stores.targets.find(({ type }) => type === typeOf[each])?.obstacle ?? null
  return (
    <fieldset className={styles['choices']}>
      <legend>{storesText.choose}</legend>
      {choices.map((each) => (
        <ChoiceRow
          key={each}
          choice={each}
          obstacle={obstacleOf(each)}
          chosen={each === choice}
          onChoose={() => onChoose(each)}
        />
      ))}
    </fieldset>
  )
}

type NeedsProps = {
  readonly choice: StoreChoice
  readonly fields: MoveFields
  readonly errors: MoveErrors
  readonly onChange: () => void
}

/** What the chosen store has to be told. */
function Needs({ choice, fields, errors, onChange }: NeedsProps) {
  if (choice === 'passphrase') {
    return (
      <>
        <PassphraseField
          label={storesText.passphrase}
          hint={storesText.passphraseHint}
          error={errors.passphrase ?? null}
          attach={fields.passphrase}
          onChange={onChange}
        />
        <PassphraseField
          label={storesText.again}
          error={errors.again ?? null}
          attach={fields.again}
          onChange={onChange}
        />
      </>
    )
  }
  if (choice === 'machine') {
    return (
      <div>
        <CheckRow label={storesText.agree} checked={fields.agreed} onChange={fields.setAgreed} />
        {errors.agreed !== undefined && (
          <p className={styles['error']} role="alert">
            {errors.agreed}
          </p>
        )}
      </div>
    )
  }
  if (choice === 'keychain') return null
  return (
    <Field label={storesText.keyFile} hint={storesText.keyFileHint} error={errors.keyFile} mono>
      {(ids) => (
        <input {...ids} ref={fields.keyFile} autoComplete="off" spellCheck={false} onChange={onChange} />
      )}
    </Field>
  )
}
