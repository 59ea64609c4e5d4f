import { ShieldCheck } from 'lucide-react'
import { useRef } from 'react'
import type { OpenRelay } from '#shared/broker/relays.ts'
import type { ApprovalView } from '#shared/broker/use.ts'
import { shortHost } from '#shared/short-host.ts'
import { Mark } from '../brand/mark.tsx'
import type { Followed } from '../state/followed.ts'
import { useNow, useVault } from '../state/vault-context.tsx'
import { allowedText } from '../text/activity-text.ts'
import { dayTimeText, exactText, relativeText } from '../time/time-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import styles from './activity.module.css'
import { Empty } from './empty.tsx'
import { focusNext } from './focus-next.ts'
import { FollowedPart } from './followed-part.tsx'
import { OpenAddresses } from './open-addresses.tsx'
import { programName } from './use-words.ts'

type TabProps = {
  readonly approvals: Followed<readonly ApprovalView[]>
  readonly relays: readonly OpenRelay[]
}

/** What the person has opened, and their answers that hold for later requests, each with a button that ends it. */
export function AllowedTab({ approvals, relays }: TabProps) {
  const { bridge, activity } = useVault()
  const tell = useTell()
  const part = useRef<HTMLDivElement>(null)
  const reload = (): Promise<void> => activity.approvals.reload()
  async function revoke(id: string): Promise<void> {
    const result = await bridge.revokeApproval(id)
    if (result.ok) tell.done(allowedText.revoked, allowedText.revokedBody)
    else tell.failed(result.problem)
    await reload()
    focusNext(part.current)
  }
  return (
    <div ref={part} className={styles['body']}>
      <OpenAddresses relays={relays} onClosed={() => focusNext(part.current)} />
      <FollowedPart of={approvals} onRetry={() => void reload()}>
        {(all) =>
          all.length + relays.length === 0 ? (
            <Empty icon={ShieldCheck} title={allowedText.emptyTitle} body={allowedText.emptyBody} />
          ) : (
            <ul aria-label={allowedText.list}>
              {all.map((approval) => (
                <Allowed key={approval.id} approval={approval} onRevoke={() => void revoke(approval.id)} />
              ))}
            </ul>
          )
        }
      </FollowedPart>
    </div>
  )
}

type Props = { readonly approval: ApprovalView; readonly onRevoke: () => void }

function Allowed({ approval, onRevoke }: Props) {
  const { account, client, mode, name, scope, service } = approval
  const program = programName(client.name)
  return (
    <li className={styles['item']}>
      <Mark service={service} name={name} />
      <div className={styles['text']}>
        <div className={styles['lead']}>
          <bdi>
            <strong>{program}</strong>
          </bdi>{' '}
          {allowedText.may[mode]} <strong>{allowedText.who(name, account)}</strong>
        </div>
        <Reach approval={approval} />
        <div className={styles['faint']}>
          <Times approval={approval} />
          {scope !== null && <span>{allowedText.scope(scope)}</span>}
        </div>
      </div>
      <Button
        size="small"
        look="danger"
        data-end=""
        aria-label={allowedText.revokeOf(program, name)}
        onClick={onRevoke}
      >
        {allowedText.revoke}
      </Button>
    </li>
  )
}

/** Methods, host and path that are covered; the secret itself has none of them. */
function Reach({ approval: { helper, host, methods, mode, path } }: { readonly approval: ApprovalView }) {
  if (mode === 'reveal') return null
  if (helper !== undefined) {
    return <div className={styles['reach']}>{allowedText.helper(helper, shortHost(host))}</div>
  }
  const place = path === null || mode === 'relay' ? null : `${shortHost(host)}${path}`
  return (
    <div className={styles['reach']}>
      {mode === 'use' && <span className={styles['method']}>{methods.join(', ')} </span>}
      {place === null ? allowedText.every(shortHost(host)) : <bdo dir="ltr">{place}</bdo>}
    </div>
  )
}

function Times({ approval }: { readonly approval: ApprovalView }) {
  const { duration, lastUsedAt, until } = approval
  const now = useNow()
  return (
    <>
      {until === null ? (
        <span>{allowedText.durations[duration]}</span>
      ) : (
        <time dateTime={until} title={exactText(Date.parse(until))}>
          {allowedText.until(dayTimeText(Date.parse(until), now))}
        </time>
      )}
      {lastUsedAt === null ? (
        <span>{allowedText.unused}</span>
      ) : (
        <time dateTime={lastUsedAt} title={exactText(Date.parse(lastUsedAt))}>
          {allowedText.used(relativeText(Math.min(Date.parse(lastUsedAt), now), now))}
        </time>
      )}
    </>
  )
}
