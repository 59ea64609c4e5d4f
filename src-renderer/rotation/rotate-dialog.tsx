import { useEffect, useRef } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { rotationText } from '../text/rotation-text.ts'
import { DialogFrame, type AttachFirst } from '../ui/dialog-frame.tsx'
import { DoneStep } from './done-step.tsx'
import { NewKeyStep } from './new-key-step.tsx'
import { TestStep } from './test-step.tsx'

/** Shows the current step of the credential: closed half-way, the dialog continues at the same step. */
export function RotateDialog({ id }: { readonly id: string }) {
  const { commands } = useWindow()
  const credential = useReady().credentials.get(id)
  const gone = credential === undefined
  useEffect(() => {
    if (gone) commands.close()
  }, [gone, commands])
  return credential === undefined ? null : <Steps credential={credential} />
}

function Steps({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const { name, account, rotation } = credential
  const first = useRef<HTMLElement>(null)
  const step = rotation?.kind ?? 'none'
  const last = useRef(step)
  useEffect(() => {
    if (last.current !== step) first.current?.focus()
    last.current = step
  }, [step])
  const attachFirst: AttachFirst = (element) => {
    first.current = element
  }
  return (
    <DialogFrame
      title={rotationText.title(name, account)}
      open
      onClose={commands.close}
      initialFocus={first}
      keepOnOutsidePress
    >
      {rotation === null && <NewKeyStep {...{ credential, attachFirst }} />}
      {rotation?.kind === 'prepared' && <TestStep {...{ credential, rotation, attachFirst }} />}
      {rotation?.kind === 'switched' && <DoneStep {...{ credential, rotation, attachFirst }} />}
    </DialogFrame>
  )
}
