import { useRef } from 'react'
import type { PasswordInput } from './password-form.ts'

/** Uncontrolled: what is typed is in the fields and nowhere else, until it is sent. */
export function usePasswordFields() {
  const project = useRef<HTMLInputElement>(null)
  const projectKey = useRef<HTMLInputElement>(null)
  const name = useRef<HTMLInputElement>(null)
  const email = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const fields = { project, projectKey, name, email, password }

  /** As typed; only the password may begin or end with a blank. */
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
  /** The field with its label and what is said below it. */
  function show(name: keyof typeof fields): void {
    const input = fields[name].current
    input?.focus()
    input?.parentElement?.parentElement?.scrollIntoView({ block: 'nearest' })
  }
  return { fields, read, clearPassword, show }
}
