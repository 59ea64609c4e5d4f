import type { QuestionAnswer, QuestionView } from '#shared/broker/use.ts'
import { approvalText } from '../text/approval-text.ts'
import { Choice } from '../ui/choice.tsx'
import styles from './approval-window.module.css'

type Allowed = Extract<QuestionAnswer['answer'], { kind: 'allowed' }>
type AllowedFor = Omit<Allowed, 'kind'>

/** What is chosen before the person chooses. */
export const narrowest: AllowedFor = { duration: 'once', wholeHost: false }

type Props = {
  readonly question: QuestionView
  readonly choice: AllowedFor
  readonly onChange: (choice: AllowedFor) => void
}

/** How long the answer holds and, if that is longer than once, for which requests. The narrowest is first. */
export function AllowChoice({ question, choice, onChange }: Props) {
  const { host, method, mode } = question
  const { allowFor, later, reach } = approvalText
  return (
    <div className={styles['choice']}>
      <Choice
        label={allowFor}
        options={durationsOf(question)}
        value={choice.duration}
        onChange={(duration) => onChange({ ...narrowest, duration })}
      />
      {mode === 'use' && (
        <div className={styles['later']} data-shown={choice.duration !== 'once'}>
          <Choice
            label={later(method)}
            options={{ path: reach.path, host: reach.host(host) }}
            value={choice.wholeHost ? 'host' : 'path'}
            onChange={(wanted) => onChange({ ...choice, wholeHost: wanted === 'host' })}
          />
        </div>
      )}
    </div>
  )
}

/** The vault gives a secret out once or for ten minutes, and no longer. A run needs a request that belongs to one. */
function durationsOf({ isInRun, mode }: QuestionView): Partial<Record<AllowedFor['duration'], string>> {
  const { durations } = approvalText
  if (mode === 'reveal') return { once: durations.once, '10-minutes': durations['10-minutes'] }
  const { run: _run, ...others } = durations
  return isInRun ? durations : others
}
