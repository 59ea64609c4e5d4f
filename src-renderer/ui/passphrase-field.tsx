import { type RefObject, useState } from 'react'
import { Field } from './field.tsx'
import { ShowButton } from './show-button.tsx'

type Props = {
  readonly label: string
  readonly hint?: string | null
  readonly error: string | null
  /** The secret is in the field and nowhere else; who asked for it reads it from there and clears it. */
  readonly attach: RefObject<HTMLInputElement | null>
  readonly onChange: () => void
}

/** Uncontrolled, with a button that shows what was typed; pasting and password managers work. */
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
