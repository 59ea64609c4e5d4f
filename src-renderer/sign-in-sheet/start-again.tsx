import type { SignInProgress } from '#shared/sign-in.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'

/** After a sign-in again that failed: the same once more, from the entry. */
export function StartAgain({ progress: { attempt, again } }: { readonly progress: SignInProgress }) {
  const { store } = useVault()
  const { credentials } = useReady()
  const { commands } = useWindow()
  const credential = again && credentials.get(again.credential)
  if (credential === undefined) return null
  return (
    <Button
      look="primary"
      data-first
      onClick={() => {
        store.dismissSignIn(attempt)
        void commands.signInAgain(credential)
      }}
    >
      {commonText.signInAgain}
    </Button>
  )
}
