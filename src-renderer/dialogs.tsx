import { lazy, Suspense, useEffect } from 'react'
import { AddDialog } from './add/add-dialog.tsx'
import { ClientDialog } from './client/client-dialog.tsx'
import { FixCard } from './fix-run/fix-card.tsx'
import { TagDialog } from './list/tag-dialog.tsx'
import { PasswordDialog } from './password/password-dialog.tsx'
import { RotateDialog } from './rotation/rotate-dialog.tsx'
import { ScopesDialog } from './scopes/scopes-dialog.tsx'
import { Confirmations } from './screens/confirmations.tsx'
import { SettingsDialog } from './settings/settings-dialog.tsx'
import { ShortcutSheet } from './shortcuts/shortcut-sheet.tsx'
import { SignInSheet } from './sign-in-sheet/sign-in-sheet.tsx'
import { useWindow } from './state/window-context.tsx'
import { MoveDialog } from './stores/move-dialog.tsx'
import { StorageDialog } from './stores/storage-dialog.tsx'

const loadPalette = async () => ({ default: (await import('./palette/palette.tsx')).Palette })
const Palette = lazy(loadPalette)

/** Every dialog of the window; at most one is open, beside the sheet of a sign-in. */
export function Dialogs({ isLocked }: { readonly isLocked: boolean }) {
  const { state } = useWindow()
  const { dialog } = state
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadPalette())
    return () => cancelIdleCallback(idle)
  }, [])
  // A closed form is discarded together with its text, above all with the key.
  return (
    <>
      {dialog.kind === 'add' && <AddDialog start={dialog.start} />}
      {dialog.kind === 'rotate' && <RotateDialog id={dialog.id} />}
      {dialog.kind === 'scopes' && <ScopesDialog id={dialog.id} also={dialog.also ?? null} />}
      {dialog.kind === 'tag' && <TagDialog credentials={dialog.credentials} />}
      {state.run !== null && <FixCard run={state.run} />}
      {dialog.kind === 'client' && <ClientDialog id={dialog.id} />}
      {dialog.kind === 'password' && <PasswordDialog id={dialog.id} />}
      {dialog.kind === 'palette' && (
        <Suspense>
          <Palette />
        </Suspense>
      )}
      <SettingsDialog open={dialog.kind === 'settings'} />
      <StorageDialog open={dialog.kind === 'storage'} />
      <MoveDialog open={dialog.kind === 'move'} to={dialog.kind === 'move' ? (dialog.to ?? null) : null} />
      <ShortcutSheet open={dialog.kind === 'shortcuts'} />
      <Confirmations />
      {!isLocked && <SignInSheet />}
    </>
  )
}
