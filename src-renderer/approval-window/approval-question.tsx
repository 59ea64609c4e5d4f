import { type ReactNode, useState } from 'react'
import type { QuestionAnswer, QuestionView } from '#shared/broker/use.ts'
import { approvalText } from '../text/approval-text.ts'
import { Button } from '../ui/button.tsx'
import { AllowChoice, narrowest } from './allow-choice.tsx'
import styles from './approval-window.module.css'
import { Asker, Wanted } from './asker.tsx'
import { QuestionFacts } from './question-facts.tsx'
import { useDenyFirst } from './use-deny-first.ts'
import { useFit } from './use-fit.ts'

type Answer = QuestionAnswer['answer']
type Props = {
  readonly question: QuestionView
  /** How many questions wait behind this one. */
  readonly more: number
  readonly armed: boolean
  /** True if the present press of a key or a button is an answer. */
  readonly counts: () => boolean
  /** Resolves with false if the answer was not taken, and can be given again. */
  readonly send: (answer: Answer) => Promise<boolean>
  /** Is told once how high the question is, in pixels. */
  readonly fit: (height: number) => void
  /** Stands above everything else. */
  readonly note: ReactNode
}

/** One question with its answers. Deny has the focus, and no answer is given before the window is armed. */
export function ApprovalQuestion({ question, more, armed, counts, send, fit, note }: Props) {
  const [choice, setChoice] = useState(narrowest)
  const { answer, isSending } = useAnswer(counts, send)
  const deny = (): void => void answer({ kind: 'denied' })
  const denyButton = useDenyFirst(deny)
  const { content, footer } = useFit(fit)
  return (
    <div
      role="alertdialog"
      aria-labelledby="question"
      aria-describedby="facts"
      className={styles['question']}
    >
      <div className={styles['scroll']}>
        <div ref={content} className={styles['content']}>
          {note}
          <Asker client={question.client} />
          <Wanted question={question} />
          <QuestionFacts question={question} />
          <AllowChoice choice={choice} onChange={setChoice} question={question} />
        </div>
      </div>
      <footer ref={footer}>
        {more > 0 && <p className={styles['more']}>{approvalText.more(more)}</p>}
        <Button ref={denyButton} className={styles['deny']} onClick={deny}>
          {approvalText.deny}
        </Button>
        <Button
          aria-disabled={!armed || isSending}
          onClick={() => void answer({ kind: 'allowed', ...choice })}
        >
          {approvalText.allow[choice.duration]}
        </Button>
      </footer>
    </div>
  )
}

/** Sends one answer, and another one only if that was not taken. */
function useAnswer(counts: Props['counts'], send: Props['send']) {
  const [isSending, setSending] = useState(false)
  async function answer(wanted: Answer): Promise<void> {
    if (isSending || !counts()) return
    setSending(true)
    if (!(await send(wanted))) setSending(false)
  }
  return { answer, isSending }
}
