import { KeyRound } from 'lucide-react'
import type { CredentialSummary } from '#shared/credential.ts'
import styles from '../detail/detail.module.css'
import { useNow } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { rotationText } from '../text/rotation-text.ts'
import { dayTimeText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import own from './rotation.module.css'

/** A key exchange that is under way stays in sight until it is finished. */
export function RotationBanner({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const now = useNow()
  const { rotation, name, id } = credential
  if (rotation === null) return null
  const end = (step: 'discard' | 'undo' | 'forget') => () =>
    commands.show({ kind: 'end-rotation', step, credential })
  const isPrepared = rotation.kind === 'prepared'
  const title = isPrepared ? rotationText.waitingTitle : rotationText.inUse
  return (
    <section className={styles['banner']} data-tone="info" aria-label={title}>
      <h3>
        <KeyRound size={14} strokeWidth={2} aria-hidden="true" />
        {title}
      </h3>
      {isPrepared ? (
        <p>{rotationText.waitingSince(rotation.masked, dayTimeText(Date.parse(rotation.since), now))}</p>
      ) : (
        <p>
          {rotationText.keptUntil(dayTimeText(Date.parse(rotation.undoUntil), now))}{' '}
          {rotationText.revoke(name)}
        </p>
      )}
      <div className={own['buttons']}>
        {isPrepared ? (
          <>
            <Button look="primary" onClick={() => commands.show({ kind: 'rotate', id })}>
              {rotationText.continue}
            </Button>
            <Button onClick={end('discard')}>{rotationText.discard}</Button>
          </>
        ) : (
          <>
            <Button onClick={end('undo')}>{rotationText.undo}</Button>
            <Button onClick={end('forget')}>{rotationText.forget}</Button>
          </>
        )}
      </div>
    </section>
  )
}
