import type { ReactNode } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogFooter } from '../ui/dialog-frame.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import styles from './add.module.css'

type Props = {
  readonly main: ReactNode
  /** Null: the fields have the whole width. */
  readonly side: ReactNode
  readonly note?: ReactNode
  /** Label of the submit button. */
  readonly go: string
  readonly isOff: boolean
  readonly onSubmit: () => void
}

/** One tab of the add dialog: the fields, their explanation beside them, and the two buttons below. */
export function AddForm({ main, side, note, go, isOff, onSubmit }: Props) {
  const { commands } = useWindow()
  return (
    <SubmitForm className={styles['form']} onSubmit={onSubmit}>
      <div className={styles['cols']} data-whole={side === null || undefined}>
        <div className={styles['main']}>{main}</div>
        {side !== null && <div className={styles['side']}>{side}</div>}
      </div>
      <DialogFooter note={note}>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        <Button type="submit" look="primary" aria-disabled={isOff}>
          {go}
        </Button>
      </DialogFooter>
    </SubmitForm>
  )
}
