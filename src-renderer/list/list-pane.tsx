import { lazy, type RefObject, Suspense, useCallback, useEffect, useMemo, useRef } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { ClockBanner } from '../banners/clock-banner.tsx'
import { NoMatch } from '../screens/screens.tsx'
import { SignOutsBanner } from '../banners/sign-outs-banner.tsx'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { StorageBanner } from '../banners/storage-banner.tsx'
import { listText } from '../text/list-text.ts'
import { UnlistedBanner } from '../banners/unlisted-banner.tsx'
import { CredentialList } from './credential-list.tsx'
import { toItems } from '../state/list-model.ts'
import { type PickedFrom, type Select, withAll, withOnly, withRange, withToggled } from '../state/picking.ts'
import { SelectionBar } from './selection-bar.tsx'
import styles from './list.module.css'
import { Toolbar } from './toolbar.tsx'

/** Loaded after the list; its place is kept free. */
const Strip = lazy(async () => ({ default: (await import('../ahead/strip.tsx')).Strip }))

type Props = {
  readonly chosen: readonly CredentialSummary[]
  /** The same with the entries in their places that are removed and can still be put back. */
  readonly withGone: readonly CredentialSummary[]
  /** False while `chosen` is still the result of the previous search. */
  readonly isCurrent: boolean
  readonly activeId: string | null
  readonly searchInput: RefObject<HTMLInputElement | null>
}

export function ListPane({ chosen, withGone, isCurrent, activeId, searchInput }: Props) {
  const { credentials, isWhole, preferences } = useReady()
  const { state, update, focusTurns, picked } = useWindow()
  const { grouping, focus, removals, selected } = state
  // The list waits only for an entry that the vault does not have yet, not for one that the search hides.
  const isToCome = selected !== null && selected !== activeId && !credentials.has(selected)
  const items = useMemo(() => toItems(withGone, grouping, removals), [withGone, grouping, removals])
  const from = useRef<PickedFrom>({ ids: [], active: activeId })
  useEffect(() => {
    from.current = { ids: chosen.map(({ id }) => id), active: activeId }
  }, [chosen, activeId])
  const onSelect = useCallback<Select>(
    (id, how = 'only') =>
      update((before) => {
        if (how === 'range') return withRange(before, id, from.current)
        return how === 'toggle' ? withToggled(before, id, from.current) : withOnly(before, id)
      }),
    [update]
  )
  const onSelectAll = useCallback(() => update((before) => withAll(before, from.current)), [update])
  const onOpen = useCallback(
    (id: string) => update((before) => withFocus(withOnly(before, id), 'detail')),
    [update]
  )
  return (
    <section className={styles['pane']} aria-label={listText.pane}>
      {picked.length > 0 ? <SelectionBar /> : <Toolbar searchInput={searchInput} />}
      <div className={styles['ahead']}>
        <Suspense>{isWhole && <Strip />}</Suspense>
      </div>
      <StorageBanner />
      <ClockBanner />
      <SignOutsBanner />
      <UnlistedBanner />
      {items.length === 0 && isWhole && <NoMatch />}
      {items.length > 0 && (
        <CredentialList
          {...{ items, activeId, onSelect, onSelectAll, onOpen }}
          count={chosen.length}
          density={preferences.density}
          wantedIsActive={isCurrent && !isToCome}
          focusTurns={focusTurns}
          focusTurn={focus.pane === 'list' ? focus.turn : 0}
          onType={() => searchInput.current?.focus()}
        />
      )}
    </section>
  )
}
