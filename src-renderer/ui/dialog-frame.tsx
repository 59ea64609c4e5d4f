import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { commonText } from '../text/common-text.ts'
import { buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import styles from './dialog.module.css'
import { Layer } from './layer.tsx'

type Props = {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly size?: 'wide' | 'normal'
  readonly initialFocus?: RefObject<HTMLElement | null>
  /** A slip of the mouse must not throw away what was typed. */
  readonly keepOnOutsidePress?: boolean
  /** Opened from a dialog, which it dims like the rest. */
  readonly above?: boolean
  readonly children: ReactNode
}

/** Title, close button and focus handling; the focus goes back to where it came from. */
export function DialogFrame(props: Props) {
  const { title, open, onClose, size = 'normal', initialFocus, children } = props
  const { keepOnOutsidePress = false, above = false } = props
  return (
    <Dialog.Root
      open={open}
      disablePointerDismissal={keepOnOutsidePress}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop forceRender={above} className={cx(styles['scrim'], above && styles['above'])} />
        <Dialog.Viewport className={cx(styles['viewport'], above && styles['above'])}>
          <Dialog.Popup
            className={cx(styles['dialog'], styles[size])}
            {...(initialFocus && { initialFocus })}
          >
            <header className={styles['header']}>
              <Dialog.Title className={styles['title']}>{title}</Dialog.Title>
              <Dialog.Close className={buttonClass('quiet', 'icon')} aria-label={commonText.close}>
                <X size={16} aria-hidden="true" />
              </Dialog.Close>
            </header>
            <Layer>{children}</Layer>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

export function DialogBody({ children }: { readonly children: ReactNode }) {
  return <div className={styles['body']}>{children}</div>
}

export function DialogFooter({
  note,
  children
}: {
  readonly note?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <footer className={styles['footer']}>
      {note !== undefined && <div className={styles['note']}>{note}</div>}
      {children}
    </footer>
  )
}
