import { cx } from '../ui/cx.ts'
import styles from './status.module.css'

type Props = {
  readonly used: number
  readonly tone: 'ok' | 'notice' | 'danger' | 'info' | 'mute'
  readonly label: string
}

/** Obtained at the start, expiry at the end. */
export function LifeBar({ used, tone, label }: Props) {
  return (
    <svg className={cx(styles['life'], styles[`tone-${tone}`])} role="img" aria-label={label}>
      <rect className={styles['track']} width="100%" height="100%" />
      <rect className={styles['used']} width={`${Math.round(used * 1000) / 10}%`} height="100%" />
    </svg>
  )
}
