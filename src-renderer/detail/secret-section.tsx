import { EyeOff } from 'lucide-react'
import type { CredentialSummary } from '#shared/credential.ts'
import { useReady } from '../state/vault-context.tsx'
import { detailText } from '../text/detail-text.ts'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import { backendLabel } from './detail-facts.ts'
import styles from './detail.module.css'

/** The window only ever gets two letters from each end of the secret. */
export function SecretSection({ credential }: { readonly credential: CredentialSummary }) {
  const { storage } = useReady()
  const backend = backendLabel(credential, storage)
  return (
    <section className={styles['section']}>
      <h3>
        {detailText.secret} <span>{backend}</span>
      </h3>
      <div className={styles['secret']}>
        <VisuallyHidden>{detailText.masked(backend)}</VisuallyHidden>
        <span className={styles['mono']}>{credential.masked}</span>
        <span className={styles['never']}>
          <EyeOff size={14} strokeWidth={2} aria-hidden="true" />
          {detailText.secretNever}
        </span>
      </div>
    </section>
  )
}
