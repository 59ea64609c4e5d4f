import { Bot } from 'lucide-react'
import { useRef, useState } from 'react'
import type { ClientView } from '#shared/broker/clients.ts'
import { Mark } from '../brand/mark.tsx'
import type { Followed } from '../state/followed.ts'
import { useNow, useVault } from '../state/vault-context.tsx'
import { programsText } from '../text/activity-text.ts'
import { dayTimeText, exactText, relativeText } from '../time/time-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import styles from './activity.module.css'
import { Empty } from './empty.tsx'
import { focusNext } from './focus-next.ts'
import { FollowedPart } from './followed-part.tsx'

/** The programs that have a name, each with a button that ends its access after a question. */
export function ProgramsTab({ clients }: { readonly clients: Followed<readonly ClientView[]> }) {
  const { activity } = useVault()
  const part = useRef<HTMLDivElement>(null)
  const { ask, question, onClose } = useRemoval(part)
  return (
    <div ref={part} className={styles['body']}>
      <FollowedPart of={clients} onRetry={() => void activity.clients.reload()}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              icon={Bot}
              title={programsText.emptyTitle}
              body={programsText.emptyBody}
              command={{ lead: programsText.emptyTry, text: programsText.emptyCommand }}
            />
          ) : (
            <ul aria-label={programsText.list}>
              {all.map((client) => (
                <Program key={client.id} client={client} onRemove={() => ask(client.name)} />
              ))}
            </ul>
          )
        }
      </FollowedPart>
      <ConfirmDialog ask={question} onClose={onClose} />
    </div>
  )
}

/** The question before an access ends, and what follows the answer. */
function useRemoval(part: { readonly current: HTMLElement | null }) {
  const { bridge, activity } = useVault()
  const tell = useTell()
  const [asked, setAsked] = useState<string | null>(null)
  async function remove(name: string): Promise<void> {
    const result = await bridge.removeClient(name)
    if (result.ok) tell.done(programsText.removed(name))
    else tell.failed(result.problem)
    await Promise.all([activity.clients.reload(), activity.approvals.reload()])
    focusNext(part.current)
  }
  const question =
    asked === null
      ? null
      : {
          title: programsText.confirmTitle(asked),
          body: programsText.confirmBody,
          action: programsText.confirm,
          run: () => void remove(asked)
        }
  return { ask: setAsked, question, onClose: () => setAsked(null) }
}

type Props = { readonly client: ClientView; readonly onRemove: () => void }

function Program({ client: { lastSeenAt, name, pairedAt }, onRemove }: Props) {
  const now = useNow()
  return (
    <li className={styles['item']}>
      <Mark service={name} name={name} />
      <div className={styles['text']}>
        <strong className={styles['lead']}>{name}</strong>
        <div className={styles['faint']}>
          <time dateTime={pairedAt} title={exactText(Date.parse(pairedAt))}>
            {programsText.paired(dayTimeText(Date.parse(pairedAt), now))}
          </time>
          {lastSeenAt === null ? (
            <span>{programsText.unseen}</span>
          ) : (
            <time dateTime={lastSeenAt} title={exactText(Date.parse(lastSeenAt))}>
              {programsText.seen(relativeText(Math.min(Date.parse(lastSeenAt), now), now))}
            </time>
          )}
        </div>
      </div>
      <Button
        size="small"
        look="danger"
        data-end=""
        aria-label={programsText.removeOf(name)}
        onClick={onRemove}
      >
        {programsText.remove}
      </Button>
    </li>
  )
}
