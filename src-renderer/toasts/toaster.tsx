import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { Problem, ProblemCode } from '#shared/problem.ts'
import { commonText } from '../text/common-text.ts'
import { problemText } from '../text/problem-text.ts'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useHasDialog, useIsDialogOpen } from '../ui/open-dialogs.tsx'
import styles from './toaster.module.css'

const DONE_STAYS = 4000
const FAILURE_STAYS = 8000
/** Most messages that are kept; the newest is read, those before it show their edge above it. */
const MOST = 3

type Kept = {
  /** Null: nothing failed. */
  readonly code: ProblemCode | null
  /** How long it stays, in milliseconds. */
  readonly stays: number
  /** It was told while a dialog was open, and is about that dialog. */
  readonly isOfDialog: boolean
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider timeout={DONE_STAYS} limit={MOST}>
      {children}
      <Toast.Portal>
        <Toasts />
      </Toast.Portal>
    </Toast.Provider>
  )
}

export type Tell = {
  readonly done: (title: string, description?: string, way?: Way) => void
  readonly failed: (problem: Problem, about?: About) => void
}

type About = {
  /** Name of the service that it is about. */
  readonly name?: string
  /** An action that can help at once. */
  readonly way?: Way | null
}
type Way = { readonly label: string; readonly run: () => void }

/** The short messages of the window. A failure stays longer and is read out at once. */
export function useTell(): Tell {
  const { add, close } = Toast.useToastManager<Kept>()
  const isDialogOpen = useIsDialogOpen()
  return useMemo(
    () => ({
      done: (title, description, way) => {
        const stays = way === undefined ? DONE_STAYS : FAILURE_STAYS
        const data = { code: null, stays, isOfDialog: isDialogOpen() }
        const run = (): void => {
          close(id)
          way?.run()
        }
        const action = way && { actionProps: { children: way.label, onClick: run } }
        const id = add({ title, description, type: 'done', timeout: stays, data, ...action })
      },
      failed: ({ code, message }, { name, way = null } = {}) => {
        const { title } = problemText[code]
        const run = (): void => {
          close(id)
          way?.run()
        }
        const id = add({
          title: name === undefined ? title : commonText.about(name, title),
          description: message,
          type: 'failed',
          timeout: FAILURE_STAYS,
          data: { code, stays: FAILURE_STAYS, isOfDialog: isDialogOpen() },
          ...(way !== null && { actionProps: { children: way.label, onClick: run } })
        })
      }
    }),
    [add, close, isDialogOpen]
  )
}

/** A message from before a dialog is under its scrim, and waits until the dialog is closed. */
function Toasts() {
  const { toasts, update } = Toast.useToastManager<Kept>()
  const hasDialog = useHasDialog()
  const latest = useRef(toasts)
  useLayoutEffect(() => void (latest.current = toasts), [toasts])
  useEffect(() => {
    for (const { id, data } of latest.current) {
      if (data !== undefined && !data.isOfDialog) update(id, { timeout: hasDialog ? 0 : data.stays })
    }
  }, [hasDialog, update])
  const isAbove = hasDialog && toasts[0]?.data?.isOfDialog === true
  return (
    <Toast.Viewport
      className={cx(styles['viewport'], isAbove && styles['above'])}
      data-pane="toasts"
      data-any={toasts.length > 0 || undefined}
    >
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </Toast.Viewport>
  )
}

function OneToast({ toast }: { readonly toast: Toast.Root.ToastObject<Kept> }) {
  const failed = toast.type === 'failed'
  const Icon = failed ? CircleAlert : CircleCheck
  const code = toast.data?.code ?? null
  return (
    <Toast.Root toast={toast} className={styles['toast']} swipeDirection={[]}>
      <Toast.Content className={styles['content']}>
        <Icon size={16} aria-hidden="true" className={cx(styles['icon'], failed && styles['failed'])} />
        <div className={styles['text']} {...(failed && { role: 'alert' })}>
          <Toast.Title className={styles['title']} render={<div />} />
          <Toast.Description className={styles['description']} render={<div />} />
          {code !== null && <div className={styles['code']}>{code}</div>}
          {toast.actionProps !== undefined && (
            <Toast.Action className={cx(buttonClass('plain', 'small'), styles['action'])} />
          )}
        </div>
        <Toast.Close className={buttonClass('quiet', 'icon')} aria-label={commonText.dismiss}>
          <X size={16} aria-hidden="true" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  )
}
