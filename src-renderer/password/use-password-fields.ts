import { useRef } from 'react'
import type { PasswordInput } from './password-form.ts'

/** Uncontrolled: typed text is only in the fields until it is sent. */
export function usePasswordFields() {
  const project = useRef<HTMLInputElement>(null)
  const projectKey = useRef<HTMLInputElement>(null)
  const name = useRef<HTMLInputElement>(null)
  const email = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const fields = { project, projectKey, name, email, password }

  /** Reads the fields as typed; only the password keeps blanks at its ends. */
  function read(): PasswordInput {
    const trimmed = (field: typeof project): string => field.current?.value.trim() ?? ''
    return {
      project: trimmed(project),
      projectKey: trimmed(projectKey),
      name: trimmed(name),
      email: trimmed(email),
      password: password.current?.value ?? ''
    }
  }
  function clearPassword(): void {
    if (password.current !== null) password.current.value = ''
  }
  /** Focuses the field and scrolls its label and the text below it into view. */
  function show(name: keyof typeof fields): void {
    const input = fields[name].current
    input?.focus()
    input?.parentElement?.parentElement?.scrollIntoView({ block: 'nearest' })
  }
  return { fields, read, clearPassword, show }
}
