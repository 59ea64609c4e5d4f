import { useEffect, useState } from 'react'
import type { ClientFacts } from '#shared/client-change.ts'
import type { Result } from '#shared/problem.ts'
import { useVault } from '../state/vault-context.tsx'

/** The client of a sign-in, asked for once; null while the vault reads it. */
export function useClientFacts(id: string): Result<ClientFacts> | null {
  const { bridge } = useVault()
  const [facts, setFacts] = useState<Result<ClientFacts> | null>(null)
  useEffect(() => {
    let isCurrent = true
    void bridge.getClient(id).then((result) => {
      if (isCurrent) setFacts(result)
    })
    return () => {
      isCurrent = false
    }
  }, [bridge, id])
  return facts
}
