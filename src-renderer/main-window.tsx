import { lazy, Suspense, useEffect, useRef } from 'react'
import { ActivityPage } from './activity/activity-page.tsx'
import { AddDialog } from './add/add-dialog.tsx'
import styles from './app.module.css'
import { ClientDialog } from './client/client-dialog.tsx'
import { ClockBanner } from './banners/clock-banner.tsx'
import { Detail } from './detail/detail.tsx'
import { DoctorPage } from './doctor/doctor-page.tsx'
import { ListPane } from './list/list-pane.tsx'
import type { View } from './state/view.ts'
import { noDialog, type WindowState } from './state/window-state.ts'
import { PasswordDialog } from './password/password-dialog.tsx'
import { Rail } from './rail/rail.tsx'
import { RotateDialog } from './rotation/rotate-dialog.tsx'
import { ScopesDialog } from './scopes/scopes-dialog.tsx'
import { Confirmations } from './screens/confirmations.tsx'
import { FirstRun } from './screens/first-run.tsx'
import { Locked } from './screens/locked.tsx'
import { SettingsDialog } from './settings/settings-dialog.tsx'
import { ShortcutSheet } from './shortcuts/shortcut-sheet.tsx'
import { useShortcuts } from './shortcuts/use-shortcuts.ts'
import { shownSignIn } from './sign-in-sheet/shown-sign-in.ts'
import { SignInSheet } from './sign-in-sheet/sign-in-sheet.tsx'
import { SignOutsBanner } from './banners/sign-outs-banner.tsx'
import { useTakenIn } from './find/use-taken-in.ts'
import { useFirstList } from './state/use-first-list.ts'
import { useWindowModel } from './state/use-window-model.ts'
import { ReadyProvider } from './state/vault-context.tsx'
import type { ReadyState } from './state/vault-state.ts'
import { useWindow, WindowContext } from './state/window-context.tsx'
import { StorageBanner } from './banners/storage-banner.tsx'
import { MoveDialog } from './stores/move-dialog.tsx'
import { StorageDialog } from './stores/storage-dialog.tsx'
import { listText, railText } from './text/list-text.ts'
import { LiveRegion } from './toasts/live-region.tsx'
import { UnlistedBanner } from './banners/unlisted-banner.tsx'
import { Layer } from './ui/layer.tsx'
import { VisuallyHidden } from './ui/visually-hidden.tsx'

const loadPalette = async () => ({ default: (await import('./palette/palette.tsx')).Palette })
/** Not in the first chunk: the list does not wait for it. It is loaded soon after, before somebody types into it. */
const Palette = lazy(loadPalette)

/** Rail, list and detail; in a narrow window the detail takes the place of the list. */
export function MainWindow({ vault }: { readonly vault: ReadyState }) {
  const { model, chosen, isCurrent, active } = useWindowModel(vault)
  const searchInput = useRef<HTMLInputElement>(null)
  useShortcuts({ commands: model.commands, searchInput })
  const { credentials, lock, storage } = vault
  const screen = screenOf(model.state.page, {
    isLocked: storage.state === 'locked',
    isEmpty: credentials.size === 0
  })
  const detail = screen === 'list' ? active : null
  const hasDialog = model.state.dialog.kind !== 'none' || shownSignIn(vault.signIns) !== null
  useFirstList(screen, hasDialog, model.update)
  useClosedByLock(lock.isLocked, model.update)
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadPalette())
    return () => cancelIdleCallback(idle)
  }, [])
  useTakenIn({
    commands: model.commands,
    providers: vault.providers,
    isOff: screen === 'locked' || hasDialog
  })
  return (
    <ReadyProvider state={vault}>
      <WindowContext value={model}>
        <div
          className={styles['window']}
          data-page={(model.state.detailOpen && detail !== null) || undefined}
        >
          <Rail />
          <main className={styles['panes']} data-alone={detail === null || undefined}>
            <Layer>
              {screen !== 'doctor' && screen !== 'activity' && (
                <VisuallyHidden>
                  <h1>{railText.heading(viewName(model.state.view))}</h1>
                </VisuallyHidden>
              )}
              {screen === 'doctor' && <DoctorPage />}
              {screen === 'activity' && <ActivityPage searchInput={searchInput} />}
              {screen === 'locked' && <Locked />}
              {screen === 'empty' && (
                <div className={styles['column']}>
                  <StorageBanner />
                  <ClockBanner />
                  <SignOutsBanner />
                  <UnlistedBanner />
                  <FirstRun />
                </div>
              )}
              {screen === 'list' && (
                <ListPane {...{ chosen, isCurrent, searchInput }} activeId={active?.id ?? null} />
              )}
              {detail !== null && <Detail credential={detail} />}
            </Layer>
          </main>
        </div>
        <LiveRegion text={screen === 'list' ? listText.shown(chosen.length) : ''} />
        <Dialogs isLocked={lock.isLocked} />
      </WindowContext>
    </ReadyProvider>
  )
}

type Screen = 'list' | 'empty' | 'locked' | 'activity' | 'doctor'

/** A locked store hides what programs did, too; the doctor helps then. */
function screenOf(
  page: WindowState['page'],
  { isEmpty, isLocked }: { readonly isEmpty: boolean; readonly isLocked: boolean }
): Screen {
  if (page === 'doctor') return 'doctor'
  if (isLocked) return 'locked'
  if (page === 'activity') return 'activity'
  return isEmpty ? 'empty' : 'list'
}

/** The lock closes what is open, together with what was typed there. */
function useClosedByLock(
  isLocked: boolean,
  update: (change: (state: WindowState) => WindowState) => void
): void {
  useEffect(() => {
    if (isLocked) update((state) => ({ ...state, page: 'credentials', dialog: noDialog, detailOpen: false }))
  }, [isLocked, update])
}

function Dialogs({ isLocked }: { readonly isLocked: boolean }) {
  const { state } = useWindow()
  const { dialog } = state
  // A closed form is discarded together with its text, above all with the key.
  return (
    <>
      {dialog.kind === 'add' && <AddDialog start={dialog.start} />}
      {dialog.kind === 'rotate' && <RotateDialog id={dialog.id} />}
      {dialog.kind === 'scopes' && <ScopesDialog id={dialog.id} also={dialog.also ?? null} />}
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

function viewName(view: View): string {
  switch (view.kind) {
    case 'of-kind':
      return railText.kind[view.value]
    case 'of-service':
      return view.name
    default:
      return railText.views[view.kind]
  }
}
