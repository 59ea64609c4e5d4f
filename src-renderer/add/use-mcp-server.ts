import { useRef, useState } from 'react'
import type { McpReport } from '#shared/mcp.ts'
import type { Problem } from '#shared/problem.ts'
import { useVault } from '../state/vault-context.tsx'
import { isIssuer } from './custom-form.ts'

export type McpSearch = ReturnType<typeof useMcpServer>

/** The address that is typed, and what its server said; another address makes that void. */
export function useMcpServer() {
  const { bridge } = useVault()
  const input = useRef<HTMLInputElement>(null)
  const [address, setAddress] = useState('')
  const [report, setReport] = useState<McpReport | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [wrong, setWrong] = useState(false)
  const [asking, setAsking] = useState(false)
  function reset(): void {
    setReport(null)
    setProblem(null)
    setWrong(false)
  }
  async function ask(): Promise<McpReport | null> {
    const typed = input.current?.value.trim() ?? ''
    reset()
    setWrong(!isIssuer(typed))
    if (!isIssuer(typed) || asking) {
      input.current?.focus()
      return null
    }
    setAsking(true)
    const result = await bridge.discoverMcpServer(typed)
    setAsking(false)
    if (!result.ok) {
      setProblem(result.problem)
      return null
    }
    // The field may hold something else by now: what was asked about is what is signed in to.
    setAddress(typed)
    setReport(input.current?.value.trim() === typed ? result.value : null)
    return result.value
  }
  return { input, address, report, problem, wrong, asking, reset, ask }
}
