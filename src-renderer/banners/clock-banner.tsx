import { ClockAlert } from 'lucide-react'
import { skewSentence } from '#shared/skew-words.ts'
import screen from '../screens/screens.module.css'
import { useReady } from '../state/vault-context.tsx'

/** The banner disappears as soon as a provider's response agrees with this computer's clock. */
export function ClockBanner() {
  const { clock } = useReady()
  return (
    <div aria-live="polite">
      {clock !== null && (
        <div className={screen['strip']}>
          <ClockAlert size={16} aria-hidden="true" />
          <p>{skewSentence(clock)}</p>
        </div>
      )}
    </div>
  )
}
