import { cx } from '../ui/cx.ts'
import styles from './status.module.css'

type Props = {
  readonly used: number
  readonly tone: 'ok' | 'notice' | 'danger' | 'info' | 'mute'
  /** Absent: the bar is decoration beside a text that says the same. */
  readonly label?: string
  readonly size?: 'mini' | 'wide'
}

/** Obtained at the start, expiry at the end. */
export function LifeBar({ used, tone, label, size = 'wide' }: Props) {
  const spoken = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label }
  return (
    <svg className={cx(styles['life'], styles[size], styles[`tone-${tone}`])} {...spoken}>
      <rect className={styles['track']} width="100%" height="100%" />
      <rect className={styles['used']} width={`${Math.round(used * 1000) / 10}%`} height="100%" />
    </svg>
  )
}
