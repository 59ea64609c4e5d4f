import type { RelayView } from '#shared/broker/relays.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { shortHost } from '#shared/short-host.ts'
import detail from './detail.module.css'
import { FactsList } from './facts-list.tsx'
import { useNow, useVault } from '../state/vault-context.tsx'
import { relayText } from '../text/relay-text.ts'
import { dayTimeText, exactText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import { isUsable } from './is-usable.ts'
import styles from './relay.module.css'

type Props = {
  readonly credential: CredentialSummary
  readonly open: RelayView
  readonly isBusy: boolean
  readonly onClose: () => void
}

/** An open address: what is shown of it, how it is copied, where it leads, and when it ends. */
export function OpenAddress({ credential: { id, status }, open, isBusy, onClose }: Props) {
  const { bridge } = useVault()
  const now = useNow()
  const until = Date.parse(open.until)
  const { variables } = open
  return (
    <>
      <div className={styles['address']}>
        <VisuallyHidden>{relayText.shown(open.masked)}</VisuallyHidden>
        <span className={detail['mono']} aria-hidden="true">
          {open.masked}
        </span>
      </div>
      <div className={styles['buttons']}>
        <CopyButton label={relayText.copyAddress} copy={() => bridge.copyRelay(id, 'address')} />
        {variables.length > 0 && (
          <CopyButton label={relayText.copyVariables} copy={() => bridge.copyRelay(id, 'variables')} />
        )}
      </div>
      <FactsList
        facts={[
          { label: relayText.goesTo, text: shortHost(open.host) },
          ...(variables.length === 0
            ? []
            : [{ label: relayText.variables, text: relayText.sets(variables) }]),
          { label: relayText.ends, text: relayText.endsAt(dayTimeText(until, now)), exact: exactText(until) }
        ]}
      />
      <p className={styles['means']}>{isUsable(status.kind) ? relayText.secretPart : relayText.failsNow}</p>
      <Button size="small" look="danger" aria-disabled={isBusy} onClick={onClose}>
        {relayText.close}
      </Button>
    </>
  )
}
