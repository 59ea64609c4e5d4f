import { useState } from 'react'
import type { OtherAccount, OtherAccountAnswer } from '#shared/other-account.ts'
import type { Problem, Result } from '#shared/problem.ts'
import { otherAccountText } from '../text/device-text.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './sign-in.module.css'

type Props = {
  readonly question: OtherAccount
  readonly answer: (answer: OtherAccountAnswer) => Promise<Result<null>>
}

/** Asks what becomes of a sign-in by somebody else than before. Cancel stands beside it and stores nothing. */
export function OtherAccountQuestion({ question: { expected, found }, answer }: Props) {
  const [problem, setProblem] = useState<Problem | null>(null)
  async function press(choice: OtherAccountAnswer): Promise<void> {
    const result = await answer(choice)
    if (!result.ok) setProblem(result.problem)
  }
  return (
    <div className={styles['question']}>
      <p role="alert">{otherAccountText.body(expected, found)}</p>
      <p className={styles['means']}>{otherAccountText.replaceMeans(expected)}</p>
      <div className={styles['answers']}>
        <Button onClick={() => void press('add')}>{otherAccountText.add}</Button>
        <Button look="danger" onClick={() => void press('replace')}>
          {otherAccountText.replace(expected)}
        </Button>
      </div>
      {problem !== null && <ProblemNote problem={problem} />}
    </div>
  )
}
