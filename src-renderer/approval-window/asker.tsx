import { Terminal } from 'lucide-react'
import type { QuestionView } from '#shared/broker/use.ts'
import { approvalText } from '../text/approval-text.ts'
import styles from './approval-window.module.css'

type Client = QuestionView['client']

const isTerminal = ({ id }: Client): boolean => id === 'terminal'
const nameOf = (client: Client): string => (isTerminal(client) ? approvalText.terminal : client.name)

/** Who asks, and how far that is known. */
export function Asker({ client }: { readonly client: Client }) {
  return (
    <div className={styles['asker']}>
      <span className={styles['tile']}>
        <Terminal size={20} strokeWidth={1.75} aria-hidden="true" />
      </span>
      <div className={styles['who']}>
        <b>
          <bdi>{nameOf(client)}</bdi>
        </b>
        <p>{isTerminal(client) ? approvalText.terminalMeans : approvalText.paired}</p>
      </div>
    </div>
  )
}

/** What is wanted, in one sentence: the heading of the window. */
export function Wanted({ question }: { readonly question: QuestionView }) {
  return (
    <h1 id="question">
      <bdi>{nameOf(question.client)}</bdi> {approvalText.wants[question.mode]} <bdi>{question.name}</bdi>{' '}
      {approvalText.as} <bdi>{question.account}</bdi>
    </h1>
  )
}
