import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { Problem } from '#shared/problem.ts'
import { commonText } from '../text/common-text.ts'
import { problemText } from '../text/problem-text.ts'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import styles from './toaster.module.css'

const FAILURE_STAYS = 15_000

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider timeout={6000} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles['viewport']} data-pane="toasts">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

export type Tell = {
  readonly done: (title: string, description?: string) => void
  /** `way`: an action that can help at once. */
  readonly failed: (problem: Problem, way?: Way | null) => void
}

type Way = { readonly label: string; readonly run: () => void }

/** The short messages of the window. A failure stays longer and is read out at once. */
export function useTell(): Tell {
  const { add, close } = Toast.useToastManager()
  return useMemo(
    () => ({
      done: (title, description) => {
        add({ title, description, type: 'done' })
      },
      failed: (problem, way = null) => {
        const { title } = problemText[problem.code]
        const description = problem.message
        const run = (): void => {
          close(id)
          way?.run()
        }
        const id = add({
          title,
          description,
          type: 'failed',
          timeout: FAILURE_STAYS,
          data: problem.code,
          ...(way !== null && { actionProps: { children: way.label, onClick: run } })
        })
      }
    }),
    [add, close]
  )
}

function Toasts() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => {
    const failed = toast.type === 'failed'
    const Icon = failed ? CircleAlert : CircleCheck
    return (
      <Toast.Root key={toast.id} toast={toast} className={styles['toast']} swipeDirection={[]}>
        <Toast.Content className={styles['content']}>
          <Icon size={16} aria-hidden="true" className={cx(styles['icon'], failed && styles['failed'])} />
          <div className={styles['text']} {...(failed && { role: 'alert' })}>
            <Toast.Title className={styles['title']} render={<div />} />
            <Toast.Description className={styles['description']} render={<div />} />
            {typeof toast.data === 'string' && <div className={styles['code']}>{toast.data}</div>}
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
  })
}
