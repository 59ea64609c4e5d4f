import { useState } from 'react'
import type { ApprovalBridge, ApprovalState } from '#shared/approval.ts'
import type { QuestionAnswer } from '#shared/broker/use.ts'
import type { Problem } from '#shared/problem.ts'
import { useTold } from '../state/use-told.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { ApprovalQuestion } from './approval-question.tsx'
import styles from './approval-window.module.css'
import { useArming } from './use-arming.ts'

/** The window of the oldest question. It is empty until the question is there; the shell closes it. */
export function ApprovalWindow({ bridge }: { readonly bridge: ApprovalBridge }) {
  const shown = useTold({ ask: bridge.current, onChange: bridge.onApprovalChanged })
  return (
    <main className={styles['window']}>
      {shown.kind === 'failed' && <ProblemNote problem={shown.problem} />}
      {shown.kind === 'ready' && shown.value !== null && <Asked bridge={bridge} state={shown.value} />}
    </main>
  )
}

type Props = { readonly bridge: ApprovalBridge; readonly state: NonNullable<ApprovalState> }

/** A problem outlives its question: an answer that came too late is told above the next question. */
function Asked({ bridge, state: { question, more } }: Props) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const key = `${question.id} ${question.digest}`
  const shown = `${key} ${problem?.code ?? ''}`
  const { arming, armed } = useArming({ shown, onMoved: bridge.onMoved })

  /** Resolves with false if the answer was not taken. */
  async function send(answer: QuestionAnswer['answer']): Promise<boolean> {
    setProblem(null)
    const result = await bridge.answer({ id: question.id, digest: question.digest, answer })
    if (!result.ok) setProblem(result.problem)
    return result.ok
  }

  return (
    <ApprovalQuestion
      key={key}
      armed={armed}
      counts={arming.counts}
      send={send}
      fit={(height) => void bridge.fit(height)}
      note={problem !== null && <ProblemNote problem={problem} />}
      {...{ question, more }}
    />
  )
}
