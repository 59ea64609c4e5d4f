import { CircleAlert } from 'lucide-react'
import type { Problem } from '#shared/problem.ts'
import { problemText } from '../text/problem-text.ts'
import styles from './problem-note.module.css'

/** What happened, what it means, what to do, and the code. */
export function ProblemNote({ problem }: { readonly problem: Problem }) {
  const { title, todo } = problemText[problem.code]
  return (
    <div className={styles['note']} role="alert">
      <CircleAlert size={16} aria-hidden="true" />
      <div>
        <div className={styles['title']}>{title}</div>
        <p>{problem.message}</p>
        <p>{todo}</p>
        <div className={styles['code']}>{problem.code}</div>
      </div>
    </div>
  )
}
