import type { ReactNode } from 'react'
import { cx } from '../ui/cx.ts'
import styles from './status.module.css'

type Props = {
  /** The used part of a life, from 0 to 1. Null: it has no known end, and there is no ring. */
  readonly used: number | null
  readonly tone: 'ok' | 'notice' | 'danger' | 'info' | 'mute'
  readonly children: ReactNode
}

/** A rounded square that begins at the top and goes round by the clock. */
const AROUND = 'M19 1H29A8 8 0 0 1 37 9V29A8 8 0 0 1 29 37H9A8 8 0 0 1 1 29V9A8 8 0 0 1 9 1Z'

/** A mark inside a ring. The ring shows the rest of the life: it is full after a refresh and empty at the end. */
export function LifeRing({ used, tone, children }: Props) {
  return (
    <span className={cx(styles['ring'], styles[`tone-${tone}`])}>
      {children}
      {used !== null && (
        <svg viewBox="0 0 38 38" aria-hidden="true">
          <path className={styles['ringTrack']} d={AROUND} />
          <path
            className={styles['ringLeft']}
            d={AROUND}
            pathLength={100}
            strokeDasharray={`${Math.round((1 - used) * 1000) / 10} 100`}
          />
        </svg>
      )}
    </span>
  )
}
