import { useId } from 'react'
import styles from './field.module.css'
import hidden from './visually-hidden.module.css'

type Props<Value extends string> = {
  readonly label: string
  /** The words of each option, in their order; an option without words is not offered. */
  readonly options: Readonly<Partial<Record<Value, string>>>
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** A choice between a few options, all in sight: native radio buttons in a row. */
export function Choice<Value extends string>({ label, options, value, onChange }: Props<Value>) {
  const name = useId()
  return (
    <fieldset>
      <legend className={styles['label']}>{label}</legend>
      <div className={styles['choices']}>
        {(Object.keys(options) as Value[]).map((option) => (
          <label key={option}>
            <input
              type="radio"
              className={hidden['hidden']}
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {options[option]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
