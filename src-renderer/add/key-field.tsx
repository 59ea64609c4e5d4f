import { Eye, EyeOff } from 'lucide-react'
import { type ChangeEvent, useState } from 'react'
import { keyText } from '../text/add-text.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'

type Props = {
  readonly label?: string
  readonly attach: (field: HTMLInputElement | null) => void
  readonly error: string | null
  /** Gets the text while it is typed, to look at its first letters; must not keep it. */
  readonly onText: (text: string) => void
}

/** Uncontrolled: the key is in the field and nowhere else, until it is sent. */
export function KeyField({ label = keyText.key, attach, error, onText }: Props) {
  const [shown, setShown] = useState(false)
  const [trimmed, setTrimmed] = useState(false)

  function trim(field: HTMLInputElement): void {
    const text = field.value.trim()
    if (text === field.value) return
    field.value = text
    setTrimmed(true)
  }
  function onChange(event: ChangeEvent<HTMLInputElement>): void {
    const { nativeEvent, target } = event
    setTrimmed(false)
    if (nativeEvent instanceof InputEvent && nativeEvent.inputType === 'insertFromPaste') trim(target)
    onText(target.value.trim())
  }

  const Icon = shown ? EyeOff : Eye
  return (
    <Field
      label={label}
      hint={trimmed ? keyText.trimmed : null}
      error={error}
      mono
      after={
        <Button
          size="small"
          look="quiet"
          data-own-focus
          aria-pressed={shown}
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
          data-field="key"
          type={shown ? 'text' : 'password'}
          autoComplete="off"
          spellCheck={false}
          onChange={onChange}
          onBlur={(event) => trim(event.target)}
        />
      )}
    </Field>
  )
}
