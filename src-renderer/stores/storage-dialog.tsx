import { Check, CircleAlert, RefreshCw, TriangleAlert } from 'lucide-react'
import type { StorageHealth } from '#shared/storage-health.ts'
import { useReady } from '../state/vault-context.tsx'
import { UnlockForm } from './unlock-form.tsx'
import { useWindow } from '../state/window-context.tsx'
import { storageText } from '../text/list-text.ts'
import { storesText } from '../text/stores-text.ts'
import { Button } from '../ui/button.tsx'
import { CheckRow } from '../ui/check-row.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import styles from './storage.module.css'
import { useCheckStorage } from './use-check-storage.ts'
import { usePreferences } from '../state/use-preferences.ts'

const icons = {
  healthy: Check,
  degraded: TriangleAlert,
  locked: TriangleAlert,
  unavailable: CircleAlert
} as const

export function StorageDialog({ open }: { readonly open: boolean }) {
  const { commands } = useWindow()
  return (
    <DialogFrame title={storageText.title} open={open} onClose={commands.close}>
      <StorageBody />
    </DialogFrame>
  )
}

function StorageBody() {
  const { lock, storage } = useReady()
  const { state, label, problem, backend } = storage
  const { checking, check } = useCheckStorage()
  const Icon = icons[state]
  return (
    <>
      <DialogBody>
        <div className={styles['health']} data-state={state} aria-live="polite">
          <Icon size={16} aria-hidden="true" />
          <div>
            <div className={styles['store']}>
              {backend === null && label === '' ? storageText.none : label}
            </div>
            <div className={styles['state']}>{storageText.states[state]}</div>
            <p>
              {backend === 'plain-file' && (
                <strong className={styles['plain']}>{storageText.unencrypted} </strong>
              )}
              {meansOf(storage)}
            </p>
            {problem !== null && (
              <>
                <p>{problem.message}</p>
                <div className={styles['code']}>{problem.code}</div>
              </>
            )}
          </div>
        </div>
        {lock.needsPassphrase && problem?.code === 'VAULT_LOCKED' && <UnlockForm />}
        {isAboutKeychain(storage) && <AllowFiles />}
      </DialogBody>
      <DialogFooter>
        <Button look="primary" aria-disabled={checking} onClick={() => void check()}>
          <RefreshCw size={16} aria-hidden="true" />
          {checking ? storageText.checking : storageText.checkAgain}
        </Button>
      </DialogFooter>
    </>
  )
}

/** Returns true if the keychain was chosen; only then does a consent to files in its place make sense. */
function isAboutKeychain({ state, backend, problem }: StorageHealth): boolean {
  if (state === 'healthy' || problem?.code === 'VAULT_LOCKED') return false
  return backend === null || backend === 'encrypted-file'
}

function meansOf({ state, backend, problem }: StorageHealth): string {
  if (problem?.code === 'VAULT_LOCKED') return storesText.unlockBody
  if (state !== 'healthy' && state !== 'degraded') return storageText.means[state]
  return storageText.kept[state][backend ?? 'keychain'] ?? storageText.means[state]
}

/** A setting that weakens safety says so beside its checkbox. */
export function AllowFiles() {
  const [preferences, change] = usePreferences()
  return (
    <CheckRow
      label={storageText.allowFiles}
      sub={storageText.allowFilesMeans}
      checked={preferences.allowEncryptedFiles}
      onChange={(allowEncryptedFiles) => void change({ allowEncryptedFiles })}
    />
  )
}
