import { BackupSection } from '../backup/backup-section.tsx'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { StoresSection } from '../stores/stores-section.tsx'
import { usePreferences } from '../state/use-preferences.ts'
import { settingsText } from '../text/detail-text.ts'
import { CheckRow } from '../ui/check-row.tsx'
import { Choice } from '../ui/choice.tsx'
import { DialogBody, DialogFrame } from '../ui/dialog-frame.tsx'
import { BrowserFor } from './browser-for.tsx'
import { ClosingSection } from './closing-section.tsx'
import { SecuritySection } from './security-section.tsx'
import styles from './settings.module.css'

export function SettingsDialog({ open }: { readonly open: boolean }) {
  const { commands } = useWindow()
  return (
    <DialogFrame title={settingsText.title} open={open} onClose={commands.close}>
      <SettingsBody />
    </DialogFrame>
  )
}

/** Every change applies at once; there is nothing to save. */
function SettingsBody() {
  const { version } = useReady()
  const [preferences, change] = usePreferences()
  return (
    <DialogBody>
      <Choice
        label={settingsText.theme}
        options={settingsText.themes}
        value={preferences.theme}
        onChange={(theme) => void change({ theme })}
      />
      <Choice
        label={settingsText.density}
        options={settingsText.densities}
        value={preferences.density}
        onChange={(density) => void change({ density })}
      />
      <fieldset className={styles['group']}>
        <legend>{settingsText.signIn}</legend>
        <CheckRow
          label={settingsText.alwaysUseBrowser}
          sub={settingsText.alwaysUseBrowserMeans}
          checked={preferences.alwaysUseBrowser}
          onChange={(alwaysUseBrowser) => void change({ alwaysUseBrowser })}
        />
        <BrowserFor
          services={preferences.browserFor}
          onChange={(browserFor) => void change({ browserFor })}
        />
      </fieldset>
      <SecuritySection />
      <ClosingSection />
      <StoresSection />
      <BackupSection />
      <p className={styles['version']}>{settingsText.version(version)}</p>
    </DialogBody>
  )
}
