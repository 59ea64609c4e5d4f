import { Check, Info, X } from 'lucide-react'
import type { DiscoveryReport } from '#shared/sign-in.ts'
import { customText } from '../text/add-text.ts'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import styles from './add.module.css'

/** The checks of a server with their results, and the reason for which a bad server is refused. */
export function DiscoveryChecks({ report }: { readonly report: DiscoveryReport }) {
  const { checks, notes, revocation } = report
  const known = [...notes, revocation ? customText.revocation.yes : customText.revocation.no]
  return (
    <div aria-live="polite">
      <p className={styles['selectLabel']}>{customText.found}</p>
      <ul className={styles['checks']}>
        {checks.map(({ ok, text }) => (
          <li key={text} data-failed={!ok || undefined}>
            {ok ? <Check size={16} aria-hidden="true" /> : <X size={16} aria-hidden="true" />}
            <span>
              <VisuallyHidden>{customText.checked(ok)}</VisuallyHidden> {text}
            </span>
          </li>
        ))}
        {known.map((text) => (
          <li key={text} data-info>
            <Info size={16} aria-hidden="true" />
            <span>{text}</span>
          </li>
        ))}
      </ul>
      {checks.some(({ ok }) => !ok) && <p className={styles['faint']}>{customText.refused}</p>}
    </div>
  )
}
