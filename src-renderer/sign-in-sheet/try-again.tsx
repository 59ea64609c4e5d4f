import { useState } from 'react'
import { useVault } from '../state/vault-context.tsx'
import { addText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'

/** After a first sign-in that failed: the same once more, with what the vault has kept of it. */
export function TryAgain({ attempt }: { readonly attempt: string }) {
  const { bridge, store } = useVault()
  const tell = useTell()
  const [starting, setStarting] = useState(false)
  async function tryAgain(): Promise<void> {
    if (starting) return
    setStarting(true)
    const result = await bridge.retrySignIn(attempt)
    setStarting(false)
    if (result.ok) return
    // It is not kept any more, so that this sheet has nothing to offer.
    store.dismissSignIn(attempt)
    // Put away while it was started: nobody waits for it.
    if (result.problem.code !== 'SIGN_IN_CANCELLED') tell.failed(result.problem)
  }
  return (
    <Button look="primary" data-first onClick={() => void tryAgain()}>
      {starting ? addText.starting : commonText.tryAgain}
    </Button>
  )
}
