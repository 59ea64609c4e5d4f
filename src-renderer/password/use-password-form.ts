import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { CredentialSummary } from '#shared/credential.ts'
import type { Problem } from '#shared/problem.ts'
import { useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import {
  checkPasswordInput,
  fieldOf,
  noPasswordErrors,
  type PasswordErrors,
  type PasswordFieldName,
  toPasswordRequest
} from './password-form.ts'
import { usePasswordFields } from './use-password-fields.ts'

export type PasswordForm = ReturnType<typeof usePasswordForm>

const inOrder: readonly PasswordFieldName[] = ['project', 'projectKey', 'email', 'password']

/** Typed text is only in the fields. The password leaves its field as soon as it is sent. */
export function usePasswordForm(again: CredentialSummary | null) {
  const { fields, read, clearPassword, show } = usePasswordFields()
  const { bridge } = useVault()
  const { commands, update } = useWindow()
  const [errors, setErrors] = useState<PasswordErrors>(noPasswordErrors)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [sending, setSending] = useState(false)
  const busy = useRef(false)

  function refuse(found: PasswordErrors): boolean {
    // The errors are rendered before the scroll, so that the one below the field is visible too.
    flushSync(() => setErrors(found))
    const wrong = inOrder.find((name) => found[name] !== null)
    if (wrong !== undefined) show(wrong)
    return wrong !== undefined
  }
  function failed(refusal: Problem): void {
    const field = fieldOf(refusal)
    if (field === null) setProblem(refusal)
    else refuse({ ...noPasswordErrors, [field]: refusal.message })
  }
  async function submit(): Promise<void> {
    if (busy.current) return
    const input = read()
    setProblem(null)
    if (refuse(checkPasswordInput(input, again))) return
    busy.current = true
    setSending(true)
    const asked = bridge.signInWithPassword(toPasswordRequest(input, again))
    clearPassword()
    const result = await asked
    busy.current = false
    setSending(false)
    if (!result.ok) return failed(result.problem)
    commands.close()
    const { state } = result.value
    if (state.kind === 'done')
      update((before) => withFocus({ ...before, selected: state.credential }, 'list'))
  }
  return { fields, errors, problem, sending, submit, clear: () => setErrors(noPasswordErrors) }
}
