import { Check, X } from 'lucide-react'
import { useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { detailText } from '../text/detail-text.ts'
import { scopesText } from '../text/scopes-text.ts'
import { Button } from '../ui/button.tsx'
import { type ScopeRow, scopeRows } from './detail-facts.ts'
import styles from './detail.module.css'

/** More scopes than `MANY` are folded to the first `FEW`. */
const MANY = 8
const FEW = 6

export function ScopeSection({ credential }: { readonly credential: CredentialSummary }) {
  const { providers } = useReady()
  const { commands } = useWindow()
  const [isOpen, setOpen] = useState(false)
  const rows = scopeRows(credential, providers)
  const { scopes, missingScopes } = credential
  if (rows.length === 0) return null
  const shown = isOpen || rows.length <= MANY ? rows : rows.slice(0, FEW)
  const more = rows.length - shown.length
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
        {shown.map((row) => (
          <ScopeItem key={row.scope} {...row} />
        ))}
      </ul>
      <div className={styles['buttons']}>
        {more > 0 && (
          <Button size="small" onClick={() => setOpen(true)}>
            {detailText.showMoreScopes(more)}
          </Button>
        )}
        {credential.kind === 'oauth' && (
          <Button size="small" onClick={() => commands.show({ kind: 'scopes', id: credential.id })}>
            {scopesText.change}
          </Button>
        )}
      </div>
    </section>
  )
}

/** What a scope allows, and below it its name; the name alone where nothing is known of it. */
function ScopeItem({ scope, short, granted, text }: ScopeRow) {
  const Icon = granted ? Check : X
  return (
    <li data-missing={!granted || undefined}>
      <Icon size={14} strokeWidth={2} aria-hidden="true" />
      <div>
        {text !== null && <div className={styles['scopeText']}>{text}</div>}
        <div className={styles['mono']} title={scope}>
          {short}
        </div>
      </div>
    </li>
  )
}
