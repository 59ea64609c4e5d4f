import type { SignOutNote } from '#shared/sign-out-notes.ts'
import { useNow, useReady, useVault } from '../state/vault-context.tsx'
import { signOutsText } from '../text/sign-outs-text.ts'
import { relativeText } from '../time/time-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import styles from './sign-outs.module.css'

/** Unconfirmed sign-outs, each with its page and a Done button. `onDone`: one has left the list. */
export function SignOutList({ onDone }: { readonly onDone: () => void }) {
  const { signOuts } = useReady()
  const { bridge } = useVault()
  const tell = useTell()
  async function open(id: string): Promise<void> {
    const result = await bridge.openSignOutPage(id)
    if (!result.ok) tell.failed(result.problem)
  }
  async function forget(id: string): Promise<void> {
    const result = await bridge.forgetSignOuts([id])
    if (result.ok) onDone()
    else tell.failed(result.problem)
  }
  return (
    <ul className={styles['list']} aria-label={signOutsText.list}>
      {signOuts.map((note) => (
        <Item
          key={note.id}
          note={note}
          onOpen={() => void open(note.id)}
          onDone={() => void forget(note.id)}
        />
      ))}
    </ul>
  )
}

type ItemProps = { readonly note: SignOutNote; readonly onOpen: () => void; readonly onDone: () => void }

function Item({ note, onOpen, onDone }: ItemProps) {
  const { name, account, host, at, page } = note
  const now = useNow()
  const who = signOutsText.who(name, account)
  return (
    <li className={styles['note']}>
      <span className={styles['who']}>
        <strong>{who}</strong>
        <time dateTime={at}>{signOutsText.when(host, relativeText(Math.min(Date.parse(at), now), now))}</time>
        {page === null && <span>{signOutsText.noPage}</span>}
      </span>
      <span className={styles['actions']}>
        {page !== null && (
          <Button size="small" aria-label={signOutsText.openOf(who)} onClick={onOpen}>
            {signOutsText.open}
          </Button>
        )}
        <Button size="small" data-sign-out="" aria-label={signOutsText.doneOf(who)} onClick={onDone}>
          {signOutsText.done}
        </Button>
      </span>
    </li>
  )
}
