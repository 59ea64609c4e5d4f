import type { ReactNode } from 'react'
import type { Followed } from '../state/followed.ts'
import { activityText } from '../text/activity-text.ts'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './activity.module.css'

type Props<T> = {
  readonly of: Followed<T>
  readonly onRetry: () => void
  readonly children: (value: T) => ReactNode
}

/** What was read; else that it is being read, or why it can not be, with a button to try again. */
export function FollowedPart<T>({ of, onRetry, children }: Props<T>) {
  if (of.kind === 'loading') return <p className={styles['sum']}>{activityText.reading}</p>
  const again = <Button onClick={onRetry}>{commonText.tryAgain}</Button>
  if (of.kind === 'failed') {
    return (
      <div className={styles['failed']}>
        <ProblemNote problem={of.problem} />
        {again}
      </div>
    )
  }
  return (
    <>
      {of.problem !== null && (
        <div className={styles['old']} role="alert">
          <p>
            {activityText.old} {of.problem.message}
          </p>
          {again}
        </div>
      )}
      {children(of.value)}
    </>
  )
}
