import type { OpenRelay } from '#shared/broker/relays.ts'
import { shortHost } from '#shared/short-host.ts'
import { Mark } from '../brand/mark.tsx'
import { useNow, useReady, useVault } from '../state/vault-context.tsx'
import { addressesText, allowedText } from '../text/activity-text.ts'
import { dayTimeText, exactText } from '../time/time-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import styles from './activity.module.css'

type Props = {
  readonly relays: readonly OpenRelay[]
  /** The button that was pressed is gone. */
  readonly onClosed: () => void
}

/** The local addresses that are open, each with a button that closes it; nothing if none is. */
export function OpenAddresses({ relays, onClosed }: Props) {
  const { bridge, activity } = useVault()
  const tell = useTell()
  if (relays.length === 0) return null
  async function close(credential: string): Promise<void> {
    const result = await bridge.closeRelay(credential)
    if (result.ok) tell.done(addressesText.closed)
    else tell.failed(result.problem)
    await activity.relays.reload()
    onClosed()
  }
  return (
    <ul aria-label={addressesText.list}>
      {relays.map((relay) => (
        <OpenAddress key={relay.credential} relay={relay} onClose={() => void close(relay.credential)} />
      ))}
    </ul>
  )
}

type RowProps = { readonly relay: OpenRelay; readonly onClose: () => void }

function OpenAddress({ relay: { credential, host, until }, onClose }: RowProps) {
  const { credentials } = useReady()
  const now = useNow()
  const at = Date.parse(until)
  const named = credentials.get(credential)
  // An address is closed with its credential, so this is true for a moment at most.
  if (named === undefined) return null
  const { account, name, service } = named
  return (
    <li className={styles['item']}>
      <Mark service={service} name={name} />
      <div className={styles['text']}>
        <div className={styles['lead']}>
          {addressesText.lead} <strong>{allowedText.who(name, account)}</strong>
        </div>
        <div className={styles['reach']}>{allowedText.every(shortHost(host))}</div>
        <div className={styles['faint']}>
          <time dateTime={until} title={exactText(at)}>
            {allowedText.until(dayTimeText(at, now))}
          </time>
        </div>
      </div>
      <Button
        size="small"
        look="danger"
        data-end=""
        aria-label={addressesText.closeOf(name)}
        onClick={onClose}
      >
        {addressesText.close}
      </Button>
    </li>
  )
}
