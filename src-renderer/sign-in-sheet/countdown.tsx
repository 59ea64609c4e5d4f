import type { SignInProgress } from '#shared/sign-in.ts'
import { signInText } from '../text/add-text.ts'
import { countdownText } from '../time/time-text.ts'
import { RefreshCw } from 'lucide-react'
import styles from './sign-in.module.css'

type Props = { readonly progress: SignInProgress; readonly now: number }

/** Says what the sign-in waits for, and how long. The numbers are not read out every second. */
export function Countdown({ progress, now }: Props) {
  const { state, name } = progress
  if (state.kind === 'redeeming') {
    return (
      <output className={styles['waiting']}>
        <RefreshCw size={16} aria-hidden="true" />
        {signInText.redeeming}
      </output>
    )
  }
  if (state.kind !== 'waiting') return null
  const left = countdownText(Date.parse(state.until) - now)
  return (
    <p className={styles['waiting']}>
      <RefreshCw size={16} aria-hidden="true" />
      <span className={styles['grow']}>{signInText.waitingFor(name)}</span>
      <span className={styles['left']} role="timer" aria-live="off">
        {signInText.timeLeft(left)}
      </span>
    </p>
  )
}
