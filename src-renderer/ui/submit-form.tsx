import type { ReactNode } from 'react'

type Props = {
  readonly className: string | undefined
  /** For a submit button outside the form. */
  readonly id?: string
  readonly onSubmit: () => void
  readonly children: ReactNode
}

/**
 * A form that passes its input to `onSubmit` without leaving the page; errors are shown beside the fields,
 * not by the browser.
 */
export function SubmitForm({ className, id, onSubmit, children }: Props) {
  return (
    <form
      id={id}
      className={className}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
    </form>
  )
}
