import { useId, useState, useEffect } from 'react'
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
import styles from './stores.module.css'
import { type MoveFields, useMoveFields } from './use-move-fields.ts'
import type { Moves } from './use-moves.ts'
import { useVault } from '../state/vault-context.tsx'
import { useTell } from '../toasts/toaster.tsx'

const choices = Object.keys(storesText.choices) as StoreChoice[]

type Props = {
  readonly moves: Moves
  /** The store that is chosen when the dialog opens. */
  readonly first: StoreChoice | null
  readonly onBegun: () => void
}

/** The stores to choose from, the input that the chosen one needs, and what will happen. */
export function MoveChoice({ moves, first, onBegun }: Props) {
  const stores = useStores()
  const form = useId()
  const fields = useMoveFields()
  const [choice, setChoice] = useState<StoreChoice | null>(first)
  const [errors, setErrors] = useState<MoveErrors>({})

  const isReady = stores !== null
  useEffect(() => {
    if (isReady && first === 'passphrase') fields.passphrase.current?.focus()
  }, [isReady, first, fields.passphrase])

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
        note={
          choice === null || stores.entries === 0
            ? undefined
            : storesText.whatHappens(stores.entries, stores.current)
        }
      >
        <Button look="primary" type="submit" form={form} aria-disabled={moves.busy || choice === null}>
          {moves.busy ? storesText.starting : stores.entries === 0 ? storesText.startEmpty : storesText.start}
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

/** The fields that the chosen store needs. */
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

type RowProps = {
  readonly choice: StoreChoice
  /** The reason for which the store can't be chosen; null if it can. */
  readonly obstacle: string | null
  readonly chosen: boolean
  readonly onChoose: () => void
}

function ChoiceRow({ choice, obstacle, chosen, onChoose }: RowProps) {
  const id = useId()
  const { label, means } = storesText.choices[choice]
  const isRisky = choice === 'machine' && obstacle === null
  return (
    <div className={styles['choice']} data-off={obstacle !== null || undefined}>
      <input
        type="radio"
        id={id}
        name="store"
        checked={chosen}
        disabled={obstacle !== null}
        aria-describedby={`${id}-means`}
        onChange={onChoose}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        <p id={`${id}-means`} data-risky={isRisky || undefined}>
          {obstacle ?? means}
        </p>
      </div>
    </div>
  )
}

/** Null: the vault has not answered yet. */
function useStores(): StoreList | null {
  const { bridge } = useVault()
  const tell = useTell()
  const [stores, setStores] = useState<StoreList | null>(null)
  useEffect(() => {
    let isGone = false
    void bridge.listStores().then((result) => {
      if (isGone) return
      if (result.ok) setStores(result.value)
      else tell.failed(result.problem)
    })
    return () => {
      isGone = true
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- asked once for each time the dialog opens
  }, [bridge])
  return stores
}
