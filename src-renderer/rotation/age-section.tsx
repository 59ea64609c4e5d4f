import type { CredentialSummary } from '#shared/credential.ts'
import styles from '../detail/detail.module.css'
import { useNow } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { canRotate } from '../status/fix.ts'
import { rotationText } from '../text/rotation-text.ts'
import { Button } from '../ui/button.tsx'
import { ageText, isOld } from './key-age.ts'

/** The age of the key, and the way to a new one. It is a hint and no alarm: an old key still works. */
export function AgeSection({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const now = useNow()
  const { id, obtainedAt } = credential
  const from = Date.parse(obtainedAt)
  return (
    <section className={styles['section']}>
      <h3>{rotationText.age}</h3>
      <div className={styles['line']}>
        <p>
          {rotationText.added(ageText(from, now))}
          {isOld(from, now) && ` ${rotationText.old}`}
        </p>
        {canRotate(credential) && (
          <Button size="small" onClick={() => commands.show({ kind: 'rotate', id })}>
            {rotationText.action}
          </Button>
        )}
      </div>
    </section>
  )
}
