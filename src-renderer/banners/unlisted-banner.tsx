import { ListPlus } from 'lucide-react'
import { useState } from 'react'
import screen from '../screens/screens.module.css'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { unlistedText } from '../text/unlisted-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'

/** Offers the credentials that the store has and the list has lost. */
export function UnlistedBanner() {
  const { storage, unlisted } = useReady()
  const { bridge } = useVault()
  const tell = useTell()
  const { update } = useWindow()
  const [busy, setBusy] = useState(false)
  if (unlisted === 0) return null
  async function takeBack(): Promise<void> {
    setBusy(true)
    const result = await bridge.takeBackUnlisted()
    setBusy(false)
    if (!result.ok) return tell.failed(result.problem)
    const { taken, left } = result.value
    // The banner disappears together with the button that had the focus.
    update((before) => withFocus(before, 'list'))
    const title = taken === 0 ? unlistedText.none : unlistedText.taken(taken)
    tell.done(title, left === 0 ? undefined : unlistedText.left(left))
  }
  return (
    <section className={screen['strip']} aria-label={unlistedText.title}>
      <ListPlus size={16} aria-hidden="true" />
      <p>{unlistedText.banner(unlisted, storage.label)}</p>
      <div className={screen['stripActions']}>
        <Button size="small" aria-disabled={busy} onClick={busy ? undefined : () => void takeBack()}>
          {unlistedText.takeBack(unlisted)}
        </Button>
      </div>
    </section>
  )
}
