import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { commonText } from '../text/common-text.ts'
import { buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import styles from './dialog.module.css'
import { Layer } from './layer.tsx'
import { useOpenDialog } from './open-dialogs.tsx'

type Props = {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly size?: 'wide' | 'normal'
  /** Absent: the element that is marked with `data-first`, else the first field or button. */
  readonly initialFocus?: RefObject<HTMLElement | null>
  /** The stage of the dialog; after a change of it, a lost focus moves to the first element. */
  readonly stage?: string
  /** True to stay open on a press outside, so that a slip of the mouse keeps the typed text. */
  readonly keepOnOutsidePress?: boolean
  /** True for a dialog above another dialog, which it dims like the rest. */
  readonly above?: boolean
  readonly children: ReactNode
}

/**
 * Title, close button and focus handling: the focus begins at the first thing to do, and goes back to its
 * origin.
 */
export function DialogFrame(props: Props) {
  const { title, open, onClose, size = 'normal', initialFocus, children } = props
  const { keepOnOutsidePress = false, above = false, stage = '' } = props
  const popup = useRef<HTMLDivElement>(null)
  useFocusOfStage(popup, open ? stage : null)
  useOpenDialog(open)
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
            ref={popup}
            className={cx(styles['dialog'], styles[size])}
            initialFocus={initialFocus ?? (() => firstToDo(popup.current))}
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

function useFocusOfStage(popup: RefObject<HTMLElement | null>, stage: string | null): void {
  const last = useRef(stage)
  useEffect(() => {
    const isNext = last.current !== null && stage !== null && last.current !== stage
    last.current = stage
    if (isNext && isFocusLost(popup.current)) firstToDo(popup.current)?.focus()
  }, [popup, stage])
}

/** The part that scrolls. It takes the focus where nothing in it does, so that keys can scroll it. */
export function DialogBody({ children }: { readonly children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null)
  const [isStop, setIsStop] = useState(false)
  useLayoutEffect(() => {
    const element = body.current
    if (element === null) return
    const watch = new ResizeObserver(() => {
      setIsStop(element.scrollHeight > element.clientHeight && element.querySelector(CONTROLS) === null)
    })
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return (
    <div ref={body} className={styles['body']} {...(isStop && { tabIndex: 0 })}>
      {children}
    </div>
  )
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

/** Takes the element that gets the focus when a step begins. */
export type AttachFirst = (element: HTMLElement | null) => void

const FIELDS = 'input, textarea, select'
const CONTROLS = `${FIELDS}, button, summary, a[href], [role="checkbox"]`

/** Returns the marked element, else the first field, else the first control; never the close button. */
function firstToDo(popup: HTMLElement | null): HTMLElement | null {
  if (popup === null) return null
  const marked = popup.querySelector<HTMLElement>('[data-first]')
  if (marked !== null) return marked
  const usable = [...popup.querySelectorAll<HTMLElement>(CONTROLS)].filter(
    (element) =>
      element.closest('header') === null &&
      element.tabIndex >= 0 &&
      !element.matches(':disabled') &&
      element.checkVisibility()
  )
  return usable.find((element) => element.matches(FIELDS)) ?? usable[0] ?? null
}

/** The focused element may disappear together with the previous content of the dialog. */
function isFocusLost(popup: HTMLElement | null): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || activeElement === popup
}
