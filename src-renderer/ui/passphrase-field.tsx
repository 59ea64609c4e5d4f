import { Eye, EyeOff } from 'lucide-react'
import { type RefObject, useState } from 'react'
import { keyText } from '../text/add-text.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'

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
  const Icon = shown ? EyeOff : Eye
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      after={
        <Button
          size="small"
          look="quiet"
          data-own-focus
          aria-pressed={shown}
          aria-label={`${shown ? keyText.hide : keyText.show} ${label}`}
          onClick={() => setShown(!shown)}
        >
          <Icon size={14} strokeWidth={2} aria-hidden="true" />
          {shown ? keyText.hide : keyText.show}
        </Button>
      }
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
