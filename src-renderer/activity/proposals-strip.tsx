import { useRef } from 'react'
import type { ProposalView } from '#shared/broker/proposals.ts'
import { shortHost } from '#shared/short-host.ts'
import { Mark } from '../brand/mark.tsx'
import { useNow } from '../state/vault-context.tsx'
import { allowedText } from '../text/activity-text.ts'
import { proposalsText } from '../text/proposals-text.ts'
import { dayTimeText, exactText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import styles from './activity.module.css'
import { useProposals } from './use-proposals.ts'
import { programName } from './use-words.ts'

/** What programs propose, above everything else of the room; nothing if nothing waits. */
export function ProposalsStrip({ proposals }: { readonly proposals: readonly ProposalView[] }) {
  const part = useRef<HTMLDivElement>(null)
  const { accept, dismiss, question, onClose } = useProposals(part)
  return (
    <div ref={part} className={styles['proposals']}>
      {proposals.length > 0 && (
        <section aria-labelledby="proposals-title">
          <h2 id="proposals-title">{proposalsText.title}</h2>
          <p className={styles['faint']}>{proposalsText.means}</p>
          <ul aria-labelledby="proposals-title">
            {proposals.map((proposal) => (
              <Proposal
                key={proposal.id}
                proposal={proposal}
                onAccept={() => void accept(proposal)}
                onDismiss={() => void dismiss(proposal)}
              />
            ))}
          </ul>
        </section>
      )}
      <ConfirmDialog ask={question} onClose={onClose} />
    </div>
  )
}

type Props = {
  readonly proposal: ProposalView
  readonly onAccept: () => void
  readonly onDismiss: () => void
}

function Proposal({ proposal, onAccept, onDismiss }: Props) {
  const { client, reason, until, what } = proposal
  const { name } = what
  const program = programName(client.name)
  const now = useNow()
  const accept = proposalsText.accept[what.kind]
  return (
    <li className={styles['item']}>
      <Mark service={what.service} name={name} />
      <div className={styles['text']}>
        <div className={styles['lead']}>
          <bdi>
            <strong>{program}</strong>
          </bdi>{' '}
          <Wish what={what} />{' '}
          <strong>{what.kind === 'service' ? name : allowedText.who(name, what.account)}</strong>
        </div>
        <Reach what={what} />
        {reason !== null && <bdi>{proposalsText.reason(reason)}</bdi>}
        <div className={styles['faint']}>
          <time dateTime={until} title={exactText(Date.parse(until))}>
            {proposalsText.until(dayTimeText(Date.parse(until), now))}
          </time>
          {what.kind === 'rule' && what.scope !== null && <span>{proposalsText.scope(what.scope)}</span>}
        </div>
      </div>
      <div className={styles['answers']}>
        <Button
          size="small"
          data-end=""
          aria-label={proposalsText.of(proposalsText.dismiss, program, name)}
          onClick={onDismiss}
        >
          {proposalsText.dismiss}
        </Button>
        <Button size="small" aria-label={proposalsText.of(accept, program, name)} onClick={onAccept}>
          {accept}
        </Button>
      </div>
    </li>
  )
}

function Wish({ what }: { readonly what: ProposalView['what'] }) {
  const { proposes } = proposalsText
  return what.kind === 'scope' ? proposes.scope(what.scope) : proposes[what.kind]
}

/** The requests of a rule; nothing of the other kinds. */
function Reach({ what }: { readonly what: ProposalView['what'] }) {
  if (what.kind !== 'rule') return null
  return (
    <div className={styles['reach']}>
      <span className={styles['method']}>{what.methods.join(', ')} </span>
      <bdo dir="ltr">{`${shortHost(what.host)}${what.path}`}</bdo>
    </div>
  )
}
