import { Terminal } from 'lucide-react'
import type { QuestionView } from '#shared/broker/use.ts'
import { approvalText } from '../text/approval-text.ts'
import styles from './approval-window.module.css'

/** Who asks, and how far that is known: a name is what a program says, a process is what the system says. */
export function Asker({ question: { client, peer } }: { readonly question: QuestionView }) {
  const isTerminal = client.id === 'terminal'
  const isKnown = peer.pid !== null || peer.program !== null
  return (
    <div className={styles['asker']}>
      <span className={styles['tile']}>
        <Terminal size={20} strokeWidth={1.75} aria-hidden="true" />
      </span>
      <div className={styles['who']}>
        <div className={styles['name']}>
          <b>
            <bdi>{isTerminal ? approvalText.terminal : client.name}</bdi>
          </b>
          <span className={styles['badge']}>
            {isTerminal ? approvalText.terminalMeans : approvalText.paired}
          </span>
        </div>
        {isKnown && (
          <div className={styles['peer']}>
            {peer.program !== null && (
              <bdo dir="ltr" className={styles['mono']}>
                {peer.program}
              </bdo>
            )}
            {peer.program !== null && peer.pid !== null && ', '}
            {peer.pid !== null && approvalText.process(peer.pid)} {approvalText.saysSystem}
          </div>
        )}
      </div>
    </div>
  )
}
