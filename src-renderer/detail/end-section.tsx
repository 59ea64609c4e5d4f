import type { CredentialSummary } from '#shared/credential.ts'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { detailText } from '../text/detail-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './detail.module.css'

export function EndSection({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const { name } = credential
  const oauth = credential.kind === 'oauth'
  return (
    <section className={styles['section']}>
      <h3>{detailText.end}</h3>
      <p className={styles['quiet']}>{oauth ? detailText.endOauth(name) : detailText.endKey(name)}</p>
      <div className={styles['buttons']}>
        {oauth && (
          <Button look="danger" onClick={() => commands.show({ kind: 'sign-out', credential })}>
            {commonText.signOut}
          </Button>
        )}
        <Button look="danger" onClick={() => commands.askToRemove([credential])}>
          {oauth ? commonText.removeHere : detailText.removeOnly}
        </Button>
      </div>
    </section>
  )
}
