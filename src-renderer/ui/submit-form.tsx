import type { ReactNode } from 'react'

type Props = {
  readonly className: string | undefined
  /** For a button that stands outside. */
  readonly id?: string
  readonly onSubmit: () => void
  readonly children: ReactNode
}

/** What is filled in goes to `onSubmit` and the page stays; what is wrong with it is said beside the fields, not by the browser. */
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
