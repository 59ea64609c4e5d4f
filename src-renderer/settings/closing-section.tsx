import { useReady } from '../state/vault-context.tsx'
import { usePreferences } from '../state/use-preferences.ts'
import { settingsText } from '../text/detail-text.ts'
import { CheckRow } from '../ui/check-row.tsx'
import { Choice } from '../ui/choice.tsx'
import styles from './settings.module.css'

/** Closing the window: without a tray the window can not be hidden, and there is one more choice. */
export function ClosingSection() {
  const { hasTray } = useReady()
  const [{ keepRunning, withoutTray }, change] = usePreferences()
  return (
    <fieldset className={styles['group']}>
      <legend>{settingsText.closing}</legend>
      <CheckRow
        label={settingsText.keepRunning}
        sub={hasTray ? settingsText.keepRunningMeans : settingsText.keepRunningNoTray}
        checked={keepRunning}
        onChange={(wanted) => void change({ keepRunning: wanted })}
      />
      {!hasTray && keepRunning && (
        <div className={styles['withoutTray']}>
          <Choice
            label={settingsText.withoutTray}
            options={settingsText.withoutTrayChoices}
            value={withoutTray}
            onChange={(wanted) => void change({ withoutTray: wanted })}
          />
        </div>
      )}
    </fieldset>
  )
}
