import { Check } from 'lucide-react'
import type { CredentialSummary, RotationState } from '#shared/credential.ts'
import { useNow } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { rotationText } from '../text/rotation-text.ts'
import { dayTimeText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, type AttachFirst } from '../ui/dialog-frame.tsx'
import { HelpLink } from './help-link.tsx'
import styles from './rotation.module.css'

type Props = {
  readonly credential: CredentialSummary
  readonly rotation: Extract<RotationState, { kind: 'switched' }>
  readonly attachFirst: AttachFirst
}

export function DoneStep({ credential, rotation, attachFirst }: Props) {
  const { commands } = useWindow()
  const now = useNow()
  return (
    <>
      <DialogBody>
        <output className={styles['result']} data-works="yes">
          <Check size={14} strokeWidth={2} aria-hidden="true" />
          {rotationText.inUse}
        </output>
        <p>{rotationText.keptUntil(dayTimeText(Date.parse(rotation.undoUntil), now))}</p>
        <p className={styles['quiet']}>{rotationText.revoke(credential.name)}</p>
        <HelpLink credential={credential} />
      </DialogBody>
      <DialogFooter>
        <Button onClick={() => commands.show({ kind: 'end-rotation', step: 'undo', credential })}>
          {rotationText.undo}
        </Button>
        <Button ref={attachFirst} look="primary" onClick={commands.close}>
          {rotationText.done}
        </Button>
      </DialogFooter>
    </>
  )
}
