import type { ReactNode } from 'react'
import { useNow } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { allView } from '../state/view.ts'
import { noSearch } from '../state/search.ts'
import { explainText, logText } from '../text/activity-text.ts'
import { dayTimeText, exactText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './log.module.css'
import type { ShownUse } from './use-filter.ts'
import { programName, reasonOf, whatText } from './use-words.ts'

/** Why a use ended as it did, and all that the log tells of it. */
export function RowFacts({ id, use }: { readonly id: string; readonly use: ShownUse }) {
  const { outcome, row } = use
  const { facts } = explainText
  return (
    <div id={id} className={styles['facts']}>
      <Why use={use} />
      <dl>
        <Fact label={facts.program}>
          <bdi>{programName(row.clientName)}</bdi>
        </Fact>
        {row.reason !== null && (
          <Fact label={facts.reason}>
            <bdi>{explainText.reason(row.reason)}</bdi>
          </Fact>
        )}
        <StartedBy use={use} />
        {row.host !== null && (
          <Fact label={facts.request}>
            <bdo dir="ltr" className={styles['mono']}>
              {whatText(row)}
            </bdo>
          </Fact>
        )}
        <CredentialFact use={use} />
        <AnswerFact use={use} />
        <When label={facts.began} at={row.at} />
        {outcome !== null && <When label={facts.ended} at={outcome.at} />}
        <Fact label={facts.rows}>
          {outcome === null ? explainText.row(row.seq) : explainText.rows(row.seq, outcome.seq)}
        </Fact>
      </dl>
    </div>
  )
}

/** The sentence above the facts; nothing if all went well. */
function Why({ use: { result } }: { readonly use: ShownUse }) {
  const { kind } = result
  if (kind === 'open') return <p>{explainText.open}</p>
  if (kind !== 'refused' && kind !== 'failed') return null
  return (
    <p data-tone={kind === 'refused' ? 'danger' : 'notice'}>
      <strong>{explainText.why[kind]}:</strong> {reasonOf(result)}
      {kind === 'refused' && ` ${explainText.nothingSent}`}
    </p>
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

function When({ label, at }: { readonly label: string; readonly at: string }) {
  const now = useNow()
  const time = Date.parse(at)
  return (
    <Fact label={label}>
      <time dateTime={at} title={exactText(time)}>
        {dayTimeText(time, now)}
      </time>
    </Fact>
  )
}

/** The process that asked, as the system says; nothing if the system does not say. */
function StartedBy({ use: { row } }: { readonly use: ShownUse }) {
  const { pid, program, uid } = row.peer
  if (pid === null && program === null) return null
  return (
    <Fact label={explainText.facts.startedBy}>
      {program !== null && (
        <bdo dir="ltr" className={styles['mono']}>
          {program}
        </bdo>
      )}
      {pid !== null && <div className={styles['faint']}>{explainText.process(pid, uid)}</div>}
    </Fact>
  )
}

function CredentialFact({ use: { credential } }: { readonly use: ShownUse }) {
  const { update } = useWindow()
  if (credential === null) return null
  const { id, account, isListed, name } = credential
  const show = (): void =>
    update((before) => withFocus({ ...before, view: allView, search: noSearch, selected: id }, 'detail'))
  return (
    <Fact label={explainText.facts.credential}>
      <bdi>{logText.ofCredential(name, account)}</bdi>{' '}
      {isListed && (
        <Button size="small" onClick={show}>
          {explainText.show}
        </Button>
      )}
    </Fact>
  )
}

function AnswerFact({ use: { outcome, row } }: { readonly use: ShownUse }) {
  const { bytes, redacted, status } = outcome ?? row
  const parts = [
    ...(status === null ? [] : [explainText.status(status)]),
    ...(bytes === null ? [] : [explainText.bytes(bytes)]),
    ...(redacted === null || redacted === 0 ? [] : [explainText.redacted(redacted)])
  ]
  if (parts.length === 0) return null
  return <Fact label={explainText.facts.answer}>{explainText.join(parts)}</Fact>
}
