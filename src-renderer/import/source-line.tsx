import type { ImportFormat } from '#shared/transfer.ts'
import { importText } from '../text/import-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './import.module.css'
import type { ImportFlow } from './use-import.ts'

type Props = {
  /** Null: pasted text. */
  readonly path: string | null
  readonly format: ImportFormat
  readonly flow: ImportFlow
}

/** The source of the import, and the way back. */
export function SourceLine({ path, format, flow }: Props) {
  return (
    <div className={styles['source']}>
      <span className={styles['path']}>{path ?? importText.pasted}</span>
      <span className={styles['faint']}>{importText.formats[format]}</span>
      <Button
        size="small"
        aria-disabled={flow.work !== null}
        onClick={() => flow.work === null && flow.startOver()}
      >
        {importText.chooseAnother}
      </Button>
    </div>
  )
}
