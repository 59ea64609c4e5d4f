import { type ChangeEvent, useState } from 'react'
import { keyText } from '../text/add-text.ts'
import { Field } from '../ui/field.tsx'
import { ShowButton } from '../ui/show-button.tsx'

type Props = {
  readonly label?: string
  readonly attach: (field: HTMLInputElement | null) => void
  readonly error: string | null
  /** Receives the text during typing to look at its first letters; must not keep it. */
  readonly onText: (text: string) => void
}

/** Uncontrolled: the key is only in the field until it is sent. */
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

  return (
    <Field
      label={label}
      hint={trimmed ? keyText.trimmed : null}
      error={error}
      mono
      after={<ShowButton shown={shown} onShow={setShown} />}
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
