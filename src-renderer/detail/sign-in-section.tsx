import type { CredentialSummary } from '#shared/credential.ts'
import { useWindow } from '../state/window-context.tsx'
import { clientText } from '../text/client-text.ts'
import { detailText } from '../text/detail-text.ts'
import { Button } from '../ui/button.tsx'
import { signInFactsOf } from './detail-facts.ts'
import styles from './detail.module.css'
import { FactsList } from './facts-list.tsx'

/** The section about the server and the client of a sign-in. */
export function SignInSection({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const { status, id, signsInBy } = credential
  return (
    <section className={styles['section']}>
      <h3>{detailText.signIn}</h3>
      <FactsList facts={signInFactsOf(credential)} />
      {signsInBy === undefined && status.kind !== 'locked' && status.kind !== 'unreadable' && (
        <Button size="small" onClick={() => commands.show({ kind: 'client', id })}>
          {clientText.change}
        </Button>
      )}
    </section>
  )
}
