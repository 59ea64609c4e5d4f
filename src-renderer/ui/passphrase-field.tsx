import { type RefObject, useState } from 'react'
import { Field } from './field.tsx'
import { ShowButton } from './show-button.tsx'

type Props = {
  readonly label: string
  readonly hint?: string | null
  readonly error: string | null
  /** The secret is only in the field; the caller reads it from there and clears it. */
  readonly attach: RefObject<HTMLInputElement | null>
  readonly onChange: () => void
}

/** Uncontrolled, with a button that shows the typed text; pasting and password managers work. */
export function PassphraseField({ label, hint, error, attach, onChange }: Props) {
  const [shown, setShown] = useState(false)
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      after={<ShowButton shown={shown} onShow={setShown} label={label} />}
    >
      {(ids) => (
        <input
          {...ids}
          ref={attach}
          type={shown ? 'text' : 'password'}
          autoComplete="off"
          spellCheck={false}
          onChange={onChange}
        />
      )}
    </Field>
  )
}
