import { CircleAlert } from 'lucide-react'
import type { Problem } from '#shared/problem.ts'
import { problemText, todoOf } from '../text/problem-text.ts'
import styles from './problem-note.module.css'

/** A problem: its title, its meaning, the next step, and the code. */
export function ProblemNote({ problem }: { readonly problem: Problem }) {
  const { title } = problemText[problem.code]
  const todo = todoOf(problem)
  return (
    <div className={styles['note']} role="alert">
      <CircleAlert size={16} aria-hidden="true" />
      <div>
        <div className={styles['title']}>{title}</div>
        <p>{problem.message}</p>
        {todo !== null && <p>{todo}</p>}
        <div className={styles['code']}>{problem.code}</div>
      </div>
    </div>
  )
}
