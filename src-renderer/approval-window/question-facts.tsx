import type { ReactNode } from 'react'
import type { QuestionView } from '#shared/broker/use.ts'
import { approvalText } from '../text/approval-text.ts'
import styles from './approval-window.module.css'

/** Length from which a path may be higher than its box, which then scrolls and takes the focus. */
const LONG_PATH = 160

/** What exactly is wanted. Host and path are shown whole and in the order of their letters. */
export function QuestionFacts({ question }: { readonly question: QuestionView }) {
  const { helper, host, method, mode, path, reason, scope } = question
  const { facts, means } = approvalText
  return (
    <dl id="facts" className={styles['facts']}>
      <Fact label={facts.use}>
        <span data-tone={mode === 'reveal' || mode === 'helper' ? 'warn' : undefined}>{means[mode]}</span>
      </Fact>
      {helper !== undefined && (
        <Fact label={facts.tool}>
          <Exact text={helper} />
        </Fact>
      )}
      {mode === 'use' && (
        <Fact label={facts.method}>
          <Exact text={method} />
        </Fact>
      )}
      {host !== '' && (
        <Fact label={facts.host}>
          <b>
            <Exact text={host} />
          </b>
        </Fact>
      )}
      {mode === 'use' && (
        <Fact label={facts.path}>
          <Path path={path} />
        </Fact>
      )}
      {scope !== null && (
        <Fact label={facts.scope}>
          <span className={styles['tag']}>
            <bdi>{scope}</bdi>
          </span>
        </Fact>
      )}
      {reason !== null && (
        <Fact label={facts.reason}>
          <bdi>{approvalText.reason(reason)}</bdi>
        </Fact>
      )}
      <StartedBy peer={question.peer} />
    </dl>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The process that asks, as the system says; nothing if the system does not say. */
function StartedBy({ peer: { pid, program } }: { readonly peer: QuestionView['peer'] }) {
  if (pid === null && program === null) return null
  return (
    <Fact label={approvalText.facts.startedBy}>
      {program !== null && <Exact text={program} />}
      <div className={styles['faint']}>{approvalText.saysSystem(pid)}</div>
    </Fact>
  )
}

/** Text that no letter of it can put into another order. */
function Exact({ text }: { readonly text: string }) {
  return (
    <bdo dir="ltr" className={styles['mono']}>
      {text}
    </bdo>
  )
}

function Path({ path }: { readonly path: string }) {
  if (path.length < LONG_PATH) return <Exact text={path} />
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls has to take the keys
    <section className={styles['path']} aria-label={approvalText.facts.path} tabIndex={0}>
      <Exact text={path} />
    </section>
  )
}
