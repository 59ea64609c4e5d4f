import { TriangleAlert } from 'lucide-react'
import settings from '../settings/settings.module.css'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { AllowFiles } from './storage-dialog.tsx'
import { settingsText } from '../text/detail-text.ts'
import { storageText } from '../text/list-text.ts'
import { storesText } from '../text/stores-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './stores.module.css'

/** Section of the settings: the current store of the secrets, and the way to another one. */
export function StoresSection() {
  const { storage, move } = useReady()
  const { commands } = useWindow()
  const { state, label, backend } = storage
  const isMoving = move !== null && move.state.kind !== 'done'
  return (
    <fieldset className={settings['group']}>
      <legend>{settingsText.storage}</legend>
      <p className={styles['where']} data-state={state}>
        {state !== 'healthy' && <TriangleAlert size={16} aria-hidden="true" />}
        <span>
          {storesText.nowIn} <strong>{label}</strong>. {storageText.states[state]}.
        </span>
      </p>
      <div className={styles['actions']}>
        <Button onClick={() => commands.show({ kind: 'move' })}>
          {isMoving ? storesText.showMove : storesText.move}
        </Button>
      </div>
      {(backend === null || backend === 'keychain' || state === 'degraded') && <AllowFiles />}
    </fieldset>
  )
}
