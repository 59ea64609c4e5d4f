import { lazy, Suspense, useRef, useState } from 'react'
import type { RelayState } from '#shared/broker/relays.ts'
import type { CredentialStatus, CredentialSummary } from '#shared/credential.ts'
import { shortHost } from '#shared/short-host.ts'
import styles from './detail.module.css'
import { relayText } from '../text/relay-text.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { isUsable } from './is-usable.ts'
import { OpenAddress } from './relay-open.tsx'
import relayStyles from './relay.module.css'
import { type Relay, useRelay } from './use-relay.ts'

/** Few credentials have several hosts, so the list does not wait for it. */
const HostField = lazy(async () => ({ default: (await import('./relay-host-field.tsx')).HostField }))

/** The section that opens an address on this computer for a program that takes a base URL. */
export function RelaySection({ credential }: { readonly credential: CredentialSummary }) {
  const relay = useRelay(credential.id)
  const part = useRef<HTMLElement>(null)
  const { problem, state } = relay
  const open = state.kind === 'ready' ? state.value.open : null

  /** The button that was pressed gives way to another one, which gets the focus. */
  async function press(request: Promise<boolean>): Promise<void> {
    if (!(await request)) return
    requestAnimationFrame(() => {
      if (document.activeElement === document.body)
        part.current?.querySelector<HTMLElement>('button')?.focus()
    })
  }

  return (
    <section ref={part} className={styles['section']}>
      <h3>
        {relayText.title} {open !== null && <span>{relayText.isOpen}</span>}
      </h3>
      {state.kind === 'failed' && <ProblemNote problem={state.problem} />}
      {state.kind === 'ready' && open === null && (
        <Closed
          {...{ credential, relay }}
          hosts={state.value.hosts}
          onOpen={(host) => void press(relay.open(host))}
        />
      )}
      {open !== null && (
        <OpenAddress
          {...{ credential, open }}
          isBusy={relay.isBusy}
          onClose={() => void press(relay.close())}
        />
      )}
      {problem !== null && (
        <div className={relayStyles['note']}>
          <ProblemNote problem={problem} />
        </div>
      )}
    </section>
  )
}

type ClosedProps = {
  readonly credential: CredentialSummary
  readonly relay: Pick<Relay, 'isBusy'>
  readonly hosts: RelayState['hosts']
  readonly onOpen: (host: string) => void
}

function Closed({ credential: { service, status }, hosts, relay: { isBusy }, onOpen }: ClosedProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  const [first] = hosts ?? []
  const host = hosts?.find((each) => each === chosen) ?? first
  const reason = whyNot(status)
  if (hosts === null) return <p className={styles['quiet']}>{relayText.noAccess}</p>
  if (host === undefined) return <p className={styles['quiet']}>{relayText.noHost(service)}</p>
  if (reason !== null) return <p className={styles['quiet']}>{reason}</p>
  return (
    <>
      <div className={styles['line']}>
        <p>{relayText.means(shortHost(host))}</p>
        <Button size="small" aria-disabled={isBusy} onClick={() => !isBusy && onOpen(host)}>
          {isBusy ? relayText.opening : relayText.open}
        </Button>
      </div>
      {hosts.length > 1 && (
        <Suspense>
          <HostField {...{ hosts, host }} onChange={setChosen} />
        </Suspense>
      )}
    </>
  )
}

/** Why a credential in this state serves no request. Null: it does. */
function whyNot({ kind }: CredentialStatus): string | null {
  if (kind === 'locked') return relayText.locked
  return isUsable(kind) ? null : relayText.notNow
}
