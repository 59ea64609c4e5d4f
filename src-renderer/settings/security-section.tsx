import { useReady } from '../state/vault-context.tsx'
import { usePreferences } from '../state/use-preferences.ts'
import { useWindow } from '../state/window-context.tsx'
import { settingsText } from '../text/detail-text.ts'
import { lockText } from '../text/lock-text.ts'
import { Button } from '../ui/button.tsx'
import { CheckRow } from '../ui/check-row.tsx'
import { Choice } from '../ui/choice.tsx'
import styles from './settings.module.css'

type Minutes = keyof typeof lockText.afterChoices
const minutes = { 1: 1, 5: 5, 10: 10, 30: 30, 60: 60, never: null } as const

/** When the vault locks itself, what that means here, and whether a secret may be shown. */
export function SecuritySection() {
  const { lock, storage } = useReady()
  const { commands } = useWindow()
  const [{ lockAfter, lockOnSleep, lockWithScreen, showSecrets }, change] = usePreferences()
  return (
    <fieldset className={styles['group']}>
      <legend>{settingsText.security}</legend>
      <div className={styles['lock']}>
        <p>
          {lock.needsPassphrase ? lockText.meansPassphrase : lockText.means[storage.backend ?? 'keychain']}
        </p>
        <Button onClick={() => void commands.lock()}>{lockText.now}</Button>
      </div>
      <div className={styles['after']}>
        <Choice
          label={lockText.after}
          options={lockText.afterChoices}
          value={String(lockAfter ?? 'never') as `${Minutes}`}
          onChange={(chosen) => void change({ lockAfter: minutes[chosen] })}
        />
      </div>
      <CheckRow
        label={lockText.onSleep}
        checked={lockOnSleep}
        onChange={(wanted) => void change({ lockOnSleep: wanted })}
      />
      <CheckRow
        label={lockText.withScreen}
        checked={lockWithScreen}
        onChange={(wanted) => void change({ lockWithScreen: wanted })}
      />
      <CheckRow
        label={settingsText.showSecrets}
        sub={settingsText.showSecretsMeans}
        checked={showSecrets}
        onChange={(wanted) => void change({ showSecrets: wanted })}
      />
    </fieldset>
  )
}
