import { useEffect, useState } from 'react'
import type { StoreList } from '#shared/stores.ts'
import { useVault } from '../state/vault-context.tsx'
import { useTell } from '../toasts/toaster.tsx'

/** Null: the vault has not answered yet. */
export function useStores(): StoreList | null {
  const { bridge } = useVault()
  const tell = useTell()
  const [stores, setStores] = useState<StoreList | null>(null)
  useEffect(() => {
    let isGone = false
    void bridge.listStores().then((result) => {
      if (isGone) return
      if (result.ok) setStores(result.value)
      else tell.failed(result.problem)
    })
    return () => {
      isGone = true
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- asked once for each time the dialog opens
  }, [bridge])
  return stores
}
