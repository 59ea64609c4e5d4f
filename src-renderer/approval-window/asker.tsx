import { Terminal } from 'lucide-react'
import type { QuestionView } from '#shared/broker/use.ts'
import { approvalText } from '../text/approval-text.ts'
import styles from './approval-window.module.css'

/** Who asks, and how far that is known. */
export function Asker({ client }: { readonly client: QuestionView['client'] }) {
  const isTerminal = client.id === 'terminal'
  return (
    <div className={styles['asker']}>
      <span className={styles['tile']}>
        <Terminal size={20} strokeWidth={1.75} aria-hidden="true" />
      </span>
      <div className={styles['who']}>
        <b>
          <bdi>{isTerminal ? approvalText.terminal : client.name}</bdi>
        </b>
        <p>{isTerminal ? approvalText.terminalMeans : approvalText.paired}</p>
      </div>
    </div>
  )
}
