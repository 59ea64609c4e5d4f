import { useEffect, useState } from 'react'
import type { ShownSecret, ShownSecretBridge } from '#shared/secrets.ts'
import { secretText } from '../text/secret-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './secret-window.module.css'

type Props = { readonly bridge: ShownSecretBridge }

/** One secret for a few seconds. The shell closes the window at its time; Esc and the button close it before. */
export function SecretWindow({ bridge }: Props) {
  const [shown, setShown] = useState<ShownSecret | null>(null)
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    void bridge.current().then((result) => {
      setShown(result.ok ? result.value : null)
      setAsked(true)
    })
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') void bridge.close()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [bridge])
  if (!asked) return null
  return (
    <main className={styles['window']}>
      {shown === null ? <p>{secretText.gone}</p> : <Shown shown={shown} />}
      <footer className={styles['foot']}>
        {shown === null ? <span /> : <Countdown until={shown.until} />}
        <Button ref={focus} onClick={() => void bridge.close()}>
          {secretText.hide}
        </Button>
      </footer>
    </main>
  )
}

const focus = (button: HTMLButtonElement | null): void => button?.focus()

function Shown({ shown: { name, account, secret } }: { readonly shown: ShownSecret }) {
  return (
    <>
      <h1>{secretText.of(name, account)}</h1>
      {/* A long token scrolls, also by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className={styles['secret']} tabIndex={0} aria-label={secretText.of(name, account)}>
        <bdi>{secret}</bdi>
      </section>
    </>
  )
}

function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return <span>{secretText.hidesIn(Math.max(0, Math.ceil((until - now) / 1000)))}</span>
}
