import { lazy, Suspense, useEffect, useRef } from 'react'
import styles from './app.module.css'
import { ClockBanner } from './banners/clock-banner.tsx'
import { Detail } from './detail/detail.tsx'
import { ListPane } from './list/list-pane.tsx'
import type { View } from './state/view.ts'
import { noDialog, type WindowState } from './state/window-state.ts'
import { Rail } from './rail/rail.tsx'
import { useShortcuts } from './shortcuts/use-shortcuts.ts'
import { shownSignIn } from './sign-in-sheet/shown-sign-in.ts'
import { SignOutsBanner } from './banners/sign-outs-banner.tsx'
import { useTakenIn } from './find/use-taken-in.ts'
import { type Screen, useFirstList } from './state/use-first-list.ts'
import { useWindowModel } from './state/use-window-model.ts'
import { ReadyProvider } from './state/vault-context.tsx'
import type { ReadyState } from './state/vault-state.ts'
import { WindowContext } from './state/window-context.tsx'
import { StorageBanner } from './banners/storage-banner.tsx'
import { listText, railText } from './text/list-text.ts'
import { removalText, removedWhat } from './text/removal-text.ts'
import { severalText } from './text/several-text.ts'
import { LiveRegion } from './toasts/live-region.tsx'
import { UnlistedBanner } from './banners/unlisted-banner.tsx'
import { Layer } from './ui/layer.tsx'
import { isMac } from './ui/platform.ts'
import { VisuallyHidden } from './ui/visually-hidden.tsx'

/** Parts that are loaded after the list is shown, as soon as the page is idle. */
const later = {
  activity: async () => ({ default: (await import('./activity/activity-page.tsx')).ActivityPage }),
  dialogs: async () => ({ default: (await import('./dialogs.tsx')).Dialogs }),
  doctor: async () => ({ default: (await import('./doctor/doctor-page.tsx')).DoctorPage }),
  firstRun: async () => ({ default: (await import('./screens/first-run.tsx')).FirstRun }),
  locked: async () => ({ default: (await import('./screens/locked.tsx')).Locked }),
  timeline: async () => ({ default: (await import('./timeline/timeline-page.tsx')).TimelinePage })
}
const ActivityPage = lazy(later.activity)
const Dialogs = lazy(later.dialogs)
const DoctorPage = lazy(later.doctor)
const FirstRun = lazy(later.firstRun)
const Locked = lazy(later.locked)
const TimelinePage = lazy(later.timeline)

/** Rail, list and detail; in a narrow window the detail takes the place of the list. */
export function MainWindow({ vault }: { readonly vault: ReadyState }) {
  const { model, chosen, withGone, isCurrent, active } = useWindowModel(vault)
  const searchInput = useRef<HTMLInputElement>(null)
  useShortcuts({ commands: model.commands, searchInput })
  const { credentials, lock, storage } = vault
  const screen = screenOf(model.state.page, {
    isLocked: storage.state === 'locked',
    isEmpty: credentials.size === 0 && model.state.removals.length === 0
  })
  const detail = screen === 'list' ? active : null
  const hasDialog = model.state.dialog.kind !== 'none' || shownSignIn(vault.signIns) !== null
  useFirstList(screen, hasDialog, model.update)
  useClosedByLock(lock.isLocked, model.update)
  useEffect(() => {
    const idle = requestIdleCallback(
      () => void Promise.all([later.locked(), later.doctor(), later.activity(), later.timeline()])
    )
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
              {!isPage(screen) && (
                <VisuallyHidden>
                  <h1>{railText.heading(viewName(model.state.view))}</h1>
                </VisuallyHidden>
              )}
              <Suspense>
                {screen === 'doctor' && <DoctorPage />}
                {screen === 'timeline' && <TimelinePage />}
                {screen === 'activity' && <ActivityPage searchInput={searchInput} />}
                {screen === 'locked' && <Locked />}
              </Suspense>
              {screen === 'empty' && (
                <div className={styles['column']}>
                  <StorageBanner />
                  <ClockBanner />
                  <SignOutsBanner />
                  <UnlistedBanner />
                  <Suspense>
                    <FirstRun />
                  </Suspense>
                </div>
              )}
              {screen === 'list' && (
                <ListPane {...{ chosen, withGone, isCurrent, searchInput }} activeId={active?.id ?? null} />
              )}
              {detail !== null && <Detail credential={detail} />}
            </Layer>
          </main>
        </div>
        <LiveRegion text={screen === 'list' ? spokenList(model, vault.isWhole ? chosen.length : null) : ''} />
        <Suspense>
          <Dialogs isLocked={lock.isLocked} />
        </Suspense>
      </WindowContext>
    </ReadyProvider>
  )
}

/** How many entries are selected; else what was removed last, and how many are shown; null: not known yet. */
function spokenList(
  { picked, state: { removals } }: ReturnType<typeof useWindowModel>['model'],
  shown: number | null
): string {
  if (picked.length > 0) return severalText.selected(picked.length)
  const removed = removals.at(-1)
  const told = removed && [
    removalText.removed(removedWhat(removed.credentials)),
    removalText.undoKey(isMac())
  ]
  return [...(told ?? []), ...(shown === null ? [] : [listText.shown(shown)])].join('. ')
}

/** True for a page with a heading of its own, in the place of list and detail. */
function isPage(screen: Screen): boolean {
  return screen === 'doctor' || screen === 'activity' || screen === 'timeline'
}

/** A locked store hides what programs did, too; the doctor helps then. */
function screenOf(
  page: WindowState['page'],
  { isEmpty, isLocked }: { readonly isEmpty: boolean; readonly isLocked: boolean }
): Screen {
  if (page === 'doctor') return 'doctor'
  if (isLocked) return 'locked'
  if (page === 'activity' || page === 'timeline') return page
  return isEmpty ? 'empty' : 'list'
}

/** The lock closes what is open, together with what was typed there. */
function useClosedByLock(
  isLocked: boolean,
  update: (change: (state: WindowState) => WindowState) => void
): void {
  useEffect(() => {
    if (isLocked)
      update((state) => ({ ...state, page: 'credentials', dialog: noDialog, run: null, detailOpen: false }))
  }, [isLocked, update])
}

function viewName(view: View): string {
  switch (view.kind) {
    case 'of-kind':
      return railText.kind[view.value]
    case 'of-service':
      return view.name
    case 'of-tag':
      return view.tag
    default:
      return railText.views[view.kind]
  }
}
