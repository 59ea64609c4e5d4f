import type { CredentialSummary } from '#shared/credential.ts'
import { copyLabel, secretActions, useActionPorts } from '../state/credential-actions.ts'
import { useReady } from '../state/vault-context.tsx'
import { detailText } from '../text/detail-text.ts'
import { secretText } from '../text/secret-text.ts'
import { ActionMenu } from '../ui/action-menu.tsx'
import { Button } from '../ui/button.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import { backendLabel } from './detail-facts.ts'
import styles from './detail.module.css'

/** This page only ever gets two letters from each end of the secret: the vault process copies and shows it. */
export function SecretSection({ credential }: { readonly credential: CredentialSummary }) {
  const { storage } = useReady()
  const ports = useActionPorts()
  const backend = backendLabel(credential, storage)
  const [copy, ...others] = secretActions(credential, ports)
  return (
    <section className={styles['section']}>
      <h3>
        {detailText.secret} <span>{backend}</span>
      </h3>
      <div className={styles['secret']}>
        <VisuallyHidden>{detailText.masked(backend)}</VisuallyHidden>
        <span className={styles['mono']}>{credential.masked}</span>
        {copy !== undefined && (
          <span className={styles['take']}>
            <Button size="small" aria-label={copyLabel(credential)} onClick={copy.run}>
              {secretText.copyShort}
            </Button>
            <ActionMenu actions={others} label={secretText.more} />
          </span>
        )}
      </div>
    </section>
  )
}
