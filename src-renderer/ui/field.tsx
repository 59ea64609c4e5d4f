import { type ReactNode, useId } from 'react'
import { commonText } from '../text/common-text.ts'
import { cx } from './cx.ts'
import styles from './field.module.css'

export type FieldIds = {
  readonly id: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string | undefined
}

type Props = {
  readonly label: string
  readonly optional?: boolean
  readonly hint?: string | null | undefined
  readonly error?: string | null | undefined
  readonly mono?: boolean
  readonly before?: ReactNode
  readonly after?: ReactNode
  /** Receives the ids that tie the input to its label, hint and error. */
  readonly children: (ids: FieldIds) => ReactNode
}

export function Field({
  label,
  optional = false,
  hint,
  error,
  mono = false,
  before,
  after,
  children
}: Props) {
  const id = useId()
  const hasError = typeof error === 'string'
  const described = hasError ? `${id}-error` : typeof hint === 'string' ? `${id}-hint` : undefined
  return (
    <div>
      <label className={styles['label']} htmlFor={id}>
        {label}
        {optional && <span className={styles['optional']}> {commonText.optional}</span>}
      </label>
      <div className={cx(styles['field'], mono && styles['mono'], hasError && styles['invalid'])}>
        {before}
        {children({ id, 'aria-invalid': hasError, 'aria-describedby': described })}
        {after}
      </div>
      {hasError && (
        <p id={`${id}-error`} className={styles['error']} role="alert">
          {error}
        </p>
      )}
      {!hasError && typeof hint === 'string' && (
        <p id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </p>
      )}
    </div>
  )
}
