import { useState } from 'react'
import { backupText } from '../text/backup-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './backup.module.css'
import { ExportDialog } from './export-dialog.tsx'
import { RecoveryPanel } from './recovery-panel.tsx'

/** Section of the settings: the sealed file, and the key that opens copies if the keychain is lost. */
export function BackupSection() {
  const [exporting, setExporting] = useState(false)
  return (
    <fieldset className={styles['section']}>
      <legend>{backupText.title}</legend>
      <div className={styles['item']}>
        <div>
          <div>{backupText.exportLabel}</div>
          <p className={styles['sub']}>{backupText.exportMeans}</p>
        </div>
        <Button onClick={() => setExporting(true)}>{backupText.export}</Button>
      </div>
      <RecoveryPanel />
      <ExportDialog open={exporting} onClose={() => setExporting(false)} />
    </fieldset>
  )
}
