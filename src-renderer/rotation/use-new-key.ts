import { useRef, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import type { Problem } from '#shared/problem.ts'
import { endOfDay } from '../fields/key-form.ts'
import type { KeyInput } from '../fields/key-input.ts'
import { useVault } from '../state/vault-context.tsx'
import { keyText } from '../text/add-text.ts'

type Errors = { readonly key: string | null; readonly day: string | null }
const noErrors: Errors = { key: null, day: null }

/** The form of the new key. Its field is cleared after success, and kept for a correction after a refusal. */
export function useNewKey({ id }: CredentialSummary, input: KeyInput) {
  const { bridge } = useVault()
  const [day, setDay] = useState('')
  const [errors, setErrors] = useState(noErrors)
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const busy = useRef(false)

  async function store(): Promise<void> {
    if (busy.current) return
    const expiresAt = endOfDay(day)
    const found = check(input.read() === '', expiresAt)
    setErrors(found)
    if (found.key !== null) return input.focus('key')
    if (found.day !== null) return input.focus('day')
    busy.current = true
    setSending(true)
    setProblem(null)
    const result = await bridge.prepareKey({ credential: id, key: input.read(), expiresAt })
    busy.current = false
    setSending(false)
    if (result.ok) input.clear()
    else setProblem(result.problem)
  }
  return { day, setDay, errors, sending, problem, store }
}

function check(isEmpty: boolean, expiresAt: string | null): Errors {
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= Date.now()
  return { key: isEmpty ? keyText.keyMissing : null, day: isOver ? keyText.expiresPast : null }
}
