import { useState } from 'react'
import { useVault } from '../state/vault-context.tsx'
import { useTell } from '../toasts/toaster.tsx'

/** Asks the vault to probe the store again; `checking` is true meanwhile. */
export function useCheckStorage(): { readonly checking: boolean; readonly check: () => Promise<void> } {
  const { bridge, store } = useVault()
  const tell = useTell()
  const [checking, setChecking] = useState(false)
  async function check(): Promise<void> {
    if (checking) return
    setChecking(true)
    const result = await bridge.checkStorage()
    setChecking(false)
    if (result.ok) store.patch({ storage: result.value })
    else tell.failed(result.problem)
  }
  return { checking, check }
}
