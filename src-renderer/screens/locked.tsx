import { Lock } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { UnlockForm } from '../stores/unlock-form.tsx'
import { screenText } from '../text/list-text.ts'
import { lockText } from '../text/lock-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './screens.module.css'

/** Shown in place of the list while the vault or the keychain is locked: no names, no counts. */
export function Locked() {
  const { lock, storage } = useReady()
  return lock.isLocked || storage.problem?.code === 'VAULT_LOCKED' ? <LockedVault /> : <LockedKeychain />
}

function LockedVault() {
  const { needsPassphrase, waiting } = useReady().lock
  return (
    <div className={styles['center']}>
      <Lock size={24} strokeWidth={1.5} aria-hidden="true" />
      <h2>{lockText.title}</h2>
      <p>{lockText.body}</p>
      <output className={styles['waiting']}>{waiting.length > 0 && lockText.waiting(waiting)}</output>
      {needsPassphrase ? <UnlockForm /> : <UnlockButton />}
    </div>
  )
}

/** Has the focus, so that Enter unlocks. */
function UnlockButton() {
  const { commands } = useWindow()
  const button = useRef<HTMLButtonElement>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => button.current?.focus(), [])
  async function unlock(): Promise<void> {
    setBusy(true)
    await commands.unlock()
    setBusy(false)
  }
  return (
    <div className={styles['actions']}>
      <Button
        ref={button}
        look="primary"
        aria-disabled={busy}
        onClick={busy ? undefined : () => void unlock()}
      >
        {busy ? lockText.unlocking : lockText.unlock}
      </Button>
    </div>
  )
}

function LockedKeychain() {
  const { storage } = useReady()
  const { commands } = useWindow()
  const [busy, setBusy] = useState(false)
  async function unlock(): Promise<void> {
    setBusy(true)
    await commands.checkStorage()
    setBusy(false)
  }
  return (
    <div className={styles['center']}>
      <Lock size={24} strokeWidth={1.5} aria-hidden="true" />
      <h2>{screenText.lockedTitle(storage.label)}</h2>
      <p>{screenText.lockedBody}</p>
      <div className={styles['actions']}>
        <Button look="primary" aria-disabled={busy} onClick={busy ? undefined : () => void unlock()}>
          {busy ? screenText.unlocking : screenText.unlock}
        </Button>
      </div>
    </div>
  )
}
