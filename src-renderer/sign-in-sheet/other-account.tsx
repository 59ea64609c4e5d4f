import { type ReactNode, useState } from 'react'
import type { OtherAccount, OtherAccountAnswer } from '#shared/other-account.ts'
import type { Problem, Result } from '#shared/problem.ts'
import { otherAccountText } from '../text/device-text.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './sign-in.module.css'

type Props = {
  readonly question: OtherAccount
  readonly answer: (answer: OtherAccountAnswer) => Promise<Result<null>>
  /** Places the question and its answers. */
  readonly children: (question: ReactNode, answers: ReactNode) => ReactNode
}

/** Asks what to do with a sign-in to another account. Cancel stands beside it and stores nothing. */
export function OtherAccountQuestion({ question: { expected, found }, answer, children }: Props) {
  const [problem, setProblem] = useState<Problem | null>(null)
  async function press(choice: OtherAccountAnswer): Promise<void> {
    const result = await answer(choice)
    if (!result.ok) setProblem(result.problem)
  }
  return children(
    <div className={styles['question']}>
      <p role="alert">{otherAccountText.body(expected, found)}</p>
      <p className={styles['means']}>{otherAccountText.replaceMeans(expected)}</p>
      {problem !== null && <ProblemNote problem={problem} />}
    </div>,
    <>
      <Button onClick={() => void press('add')}>{otherAccountText.add}</Button>
      <Button look="danger" className={styles['answer']} onClick={() => void press('replace')}>
        {otherAccountText.replace(expected)}
      </Button>
    </>
  )
}
