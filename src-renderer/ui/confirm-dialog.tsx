import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useRef } from 'react'
import { commonText } from '../text/common-text.ts'
import { buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import styles from './dialog.module.css'
import { useOpenDialog } from './open-dialogs.tsx'

export type Confirmation = {
  readonly title: string
  readonly body: string
  readonly action: string
  readonly run: () => void
}

/** The dialog names its object and focuses Cancel, so that a hasty Enter keeps everything. */
export function ConfirmDialog({
  ask,
  onClose
}: {
  readonly ask: Confirmation | null
  readonly onClose: () => void
}) {
  const cancel = useRef<HTMLButtonElement>(null)
  useOpenDialog(ask !== null)
  return (
    <AlertDialog.Root
      open={ask !== null}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop forceRender className={cx(styles['scrim'], styles['above'])} />
        <AlertDialog.Viewport className={cx(styles['viewport'], styles['above'])}>
          <AlertDialog.Popup className={cx(styles['dialog'], styles['alert'])} initialFocus={cancel}>
            <AlertDialog.Title className={styles['title']}>{ask?.title}</AlertDialog.Title>
            <AlertDialog.Description className={styles['text']}>{ask?.body}</AlertDialog.Description>
            <div className={styles['actions']}>
              <AlertDialog.Close ref={cancel} className={buttonClass('plain')}>
                {commonText.cancel}
              </AlertDialog.Close>
              <AlertDialog.Close className={buttonClass('danger-fill')} onClick={() => ask?.run()}>
                {ask?.action}
              </AlertDialog.Close>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
