import { Check, X } from 'lucide-react'
import type { CredentialSummary } from '#shared/credential.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { detailText } from '../text/detail-text.ts'
import { scopesText } from '../text/scopes-text.ts'
import { Button } from '../ui/button.tsx'
import { scopeRows } from './detail-facts.ts'
import styles from './detail.module.css'

export function ScopeSection({ credential }: { readonly credential: CredentialSummary }) {
  const { providers } = useReady()
  const { commands } = useWindow()
  const rows = scopeRows(credential, providers)
  const { scopes, missingScopes } = credential
  if (rows.length === 0) return null
  return (
    <section className={styles['section']}>
      <h3>
        {detailText.scopes}{' '}
        <span>
          {missingScopes.length === 0
            ? detailText.scopesCount(scopes.length)
            : detailText.scopesGranted(scopes.length, rows.length)}
        </span>
      </h3>
      <ul className={styles['scopes']}>
        {rows.map(({ scope, granted, text }) => (
          <li key={scope} data-missing={!granted || undefined}>
            {granted ? (
              <Check size={14} strokeWidth={2} aria-hidden="true" />
            ) : (
              <X size={14} strokeWidth={2} aria-hidden="true" />
            )}
            <span className={styles['mono']} title={scope}>
              {scope}
            </span>
            <span className={styles['scopeText']} title={text}>
              {text}
            </span>
          </li>
        ))}
      </ul>
      {credential.kind === 'oauth' && (
        <Button size="small" onClick={() => commands.show({ kind: 'scopes', id: credential.id })}>
          {scopesText.change}
        </Button>
      )}
    </section>
  )
}
