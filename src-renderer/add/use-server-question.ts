import { useRef, useState } from 'react'
import { completedAddress } from '#shared/completed-address.ts'
import type { Problem, Result } from '#shared/problem.ts'
import { isIssuer } from '../fields/custom-form.ts'

type Answered<Report> = { readonly address: string; readonly report: Report }
export type ServerQuestion<Report> = ReturnType<typeof useServerQuestion<Report>>

/** The typed address and the answer of its server; another address discards the answer. */
export function useServerQuestion<Report>(put: (address: string) => Promise<Result<Report>>) {
  const input = useRef<HTMLInputElement>(null)
  const [answered, setAnswered] = useState<Answered<Report> | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [wrong, setWrong] = useState(false)
  const [asking, setAsking] = useState(false)
  function reset(): void {
    setAnswered(null)
    setProblem(null)
    setWrong(false)
  }
  /** Asks the server. Null: there is no answer to continue with. */
  async function ask(): Promise<Report | null> {
    const address = completedAddress(input.current?.value ?? '')
    if (input.current !== null) input.current.value = address
    reset()
    setWrong(!isIssuer(address))
    if (!isIssuer(address) || asking) {
      input.current?.focus()
      return null
    }
    setAsking(true)
    const result = await put(address)
    setAsking(false)
    // The field may have changed meanwhile: an answer counts only for the address that was asked.
    if (input.current?.value.trim() !== address) return null
    if (!result.ok) {
      setProblem(result.problem)
      return null
    }
    setAnswered({ address, report: result.value })
    return result.value
  }
  const { address = '', report = null } = answered ?? {}
  return { input, address, report, problem, wrong, asking, reset, ask }
}
