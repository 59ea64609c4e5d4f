import { cx } from '../ui/cx.ts'
import { monogram } from './mark-model.ts'
import styles from './brand.module.css'

type Props = { readonly service: string; readonly name: string; readonly size?: 'row' | 'small' | 'big' }

/** The tile of a provider; the name beside it says the same in words. */
export function Mark({ service, name, size = 'row' }: Props) {
  const { letters, hue } = monogram(service, name)
  return (
    <span aria-hidden="true" className={cx(styles['mark'], styles[size], styles[`h${hue}`])}>
      {letters}
    </span>
  )
}

/** A key whose bit is an L. */
export function Logo({ className }: { className?: string | undefined }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" fill="currentColor" className={className}>
      <circle cx="6" cy="5" r="3" fill="none" stroke="currentColor" strokeWidth="2" />
      <path d="M5 8h2v2h3v2H7v1h5v2H5Z" />
    </svg>
  )
}
