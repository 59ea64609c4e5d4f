import { useEffect, useState } from 'react'
import type { Problem, Result } from '#shared/problem.ts'
import type { RecoveryStatus } from '#shared/transfer.ts'
import { useVault } from '../state/vault-context.tsx'
import { backupText } from '../text/backup-text.ts'
import { useTell } from '../toasts/toaster.tsx'

/** The vault's state of the recovery copy, read when the settings open and after every change. */
export function useRecovery() {
  const { bridge } = useVault()
  const tell = useTell()
  const [status, setStatus] = useState<RecoveryStatus | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [work, setWork] = useState(false)

  useEffect(() => {
    let isShown = true
    void bridge.recoveryStatus().then((result) => {
      if (!isShown) return
      if (result.ok) setStatus(result.value)
      else setProblem(result.problem)
    })
    return () => {
      isShown = false
    }
  }, [bridge])

  async function change<T>(request: () => Promise<Result<T>>): Promise<Result<T> | null> {
    if (work) return null
    setWork(true)
    setProblem(null)
    const result = await request()
    setWork(false)
    if (!result.ok) setProblem(result.problem)
    return result
  }
  return {
    status,
    problem,
    work,
    make: async () => {
      const result = await change(() => bridge.createRecoveryKey())
      if (result === null || !result.ok) return
      if (result.value === null) return tell.done(backupText.notMade)
      setStatus(result.value)
      tell.done(backupText.made)
    },
    remove: async () => {
      const result = await change(() => bridge.removeRecoveryKey())
      if (result === null || !result.ok) return
      setStatus(result.value)
      tell.done(backupText.removed)
    }
  }
}
