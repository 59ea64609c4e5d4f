import { titleOf } from '#shared/entry-labels.ts'
import { useWindow } from '../state/window-context.tsx'
import type { OpenDialog } from '../state/window-state.ts'
import type { Commands } from '../state/commands.ts'
import { confirmText } from '../text/detail-text.ts'
import { removalText } from '../text/removal-text.ts'
import { rotationText } from '../text/rotation-text.ts'
import { type Confirmation, ConfirmDialog } from '../ui/confirm-dialog.tsx'

/** The confirmations of an end: remove here, sign out, and drop one of two keys. */
export function Confirmations() {
  const { state, commands } = useWindow()
  return <ConfirmDialog ask={confirmationOf(state.dialog, commands)} onClose={commands.close} />
}

function confirmationOf(dialog: OpenDialog, commands: Commands): Confirmation | null {
  if (dialog.kind === 'remove') {
    const { credentials } = dialog
    return {
      title: removalText.askTitle(credentials.length),
      body: removalText.askBody,
      action: removalText.ask,
      run: () => void commands.remove(credentials)
    }
  }
  if (dialog.kind === 'sign-out') {
    const { credential } = dialog
    return {
      title: confirmText.signOutTitle(titleOf(credential), credential.account),
      body: confirmText.signOutBody,
      action: confirmText.signOut,
      run: () => void commands.signOut(credential)
    }
  }
  if (dialog.kind === 'end-rotation') {
    const { credential, step } = dialog
    const { title, body, action } = rotationText.ends[step]
    return {
      title: title(titleOf(credential), credential.account),
      body,
      action,
      run: () => void commands.endRotation(credential, step)
    }
  }
  return null
}
