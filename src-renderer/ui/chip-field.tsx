import { X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { Field } from './field.tsx'
import styles from './field.module.css'

type Props = {
  readonly label: string
  readonly hint: string
  readonly placeholder: string
  readonly values: readonly string[]
  readonly onChange: (values: readonly string[]) => void
  /** Returns the value to keep; null if the text is invalid. */
  readonly parse: (text: string) => string | null
  readonly wrong: (text: string) => string
  readonly removeLabel: (value: string) => string
}

/** A list of short values: Enter, comma, space or leaving the field adds; Backspace takes the last one back. */
export function ChipField({ label, hint, placeholder, values, onChange, parse, wrong, removeLabel }: Props) {
  const [text, setText] = useState('')
  const [error, setError] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)

  function commit(): void {
    const parts = text.split(/[\s,]+/).filter(Boolean)
    const bad = parts.find((part) => parse(part) === null)
    if (bad !== undefined) return setError(wrong(bad))
    const added = parts.flatMap((part) => parse(part) ?? [])
    setError(null)
    setText('')
    if (added.length > 0) onChange([...new Set([...values, ...added])])
  }
  function onKeyDown(event: KeyboardEvent): void {
    if ([',', ' '].includes(event.key) || (event.key === 'Enter' && text.trim() !== '')) {
      event.preventDefault()
      commit()
    } else if (event.key === 'Backspace' && text === '') onChange(values.slice(0, -1))
  }
  function remove(value: string): void {
    onChange(values.filter((other) => other !== value))
    input.current?.focus()
  }

  return (
    <Field label={label} hint={hint} error={error} before={<Chips {...{ values, remove, removeLabel }} />}>
      {(ids) => (
        <input
          {...ids}
          ref={input}
          value={text}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value)
            setError(null)
          }}
          onKeyDown={onKeyDown}
          onBlur={commit}
        />
      )}
    </Field>
  )
}

type ChipsProps = {
  readonly values: readonly string[]
  readonly remove: (value: string) => void
  readonly removeLabel: (value: string) => string
}

function Chips({ values, remove, removeLabel }: ChipsProps): ReactNode {
  return values.map((value) => (
    <Chip key={value} text={value} label={removeLabel(value)} onRemove={() => remove(value)} />
  ))
}

type ChipProps = { readonly text: string; readonly label: string; readonly onRemove: () => void }

export function Chip({ text, label, onRemove }: ChipProps) {
  return (
    <span className={styles['tag']} title={text}>
      <span>{text}</span>
      <button type="button" data-own-focus aria-label={label} onClick={onRemove}>
        <X size={12} strokeWidth={2} aria-hidden="true" />
      </button>
    </span>
  )
}
