import { LogOut } from 'lucide-react'
import screen from '../screens/screens.module.css'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { signOutsText } from '../text/sign-outs-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'

/** Shows unconfirmed sign-outs once, until the person dismisses it; the doctor continues to list them. */
export function SignOutsBanner() {
  const { signOuts } = useReady()
  const { update } = useWindow()
  const { bridge } = useVault()
  const tell = useTell()
  const untold = signOuts.filter(({ isTold }) => !isTold)
  if (untold.length === 0) return null
  async function putAway(): Promise<void> {
    const result = await bridge.putSignOutsAway()
    if (!result.ok) return tell.failed(result.problem)
    // The banner disappears together with the button that had the focus.
    update((before) => withFocus(before, 'list'))
  }
  return (
    <section className={screen['strip']} aria-label={signOutsText.title}>
      <LogOut size={16} aria-hidden="true" />
      <p>{signOutsText.banner(untold.length)}</p>
      <div className={screen['stripActions']}>
        <Button size="small" onClick={() => update((before) => ({ ...before, page: 'doctor' }))}>
          {signOutsText.look}
        </Button>
        <Button size="small" look="quiet" onClick={() => void putAway()}>
          {signOutsText.putAway}
        </Button>
      </div>
    </section>
  )
}
