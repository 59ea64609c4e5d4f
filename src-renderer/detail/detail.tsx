import { ChevronLeft } from 'lucide-react'
import { lazy, Suspense, useEffect, useLayoutEffect, useRef } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import { Mark } from '../brand/mark.tsx'
import { RelaySection } from './relay-section.tsx'
import { AgeSection } from '../rotation/age-section.tsx'
import { RotationBanner } from '../rotation/rotation-banner.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { credentialActions, useActionPorts } from '../state/credential-actions.ts'
import { commonText } from '../text/common-text.ts'
import { detailText } from '../text/detail-text.ts'
import { ActionMenu } from '../ui/action-menu.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { CheckSection } from './check-section.tsx'
import styles from './detail.module.css'
import { EndSection } from './end-section.tsx'
import { ExpirySection } from './expiry-section.tsx'
import { FixBanner } from './fix-banner.tsx'
import { LabelsSection } from './labels-section.tsx'
import { ScopeSection } from './scope-section.tsx'
import { SecretSection } from './secret-section.tsx'
import { SignInSection } from './sign-in-section.tsx'

/** It needs the words of the log, which the list does without. */
const UsedBySection = lazy(async () => ({ default: (await import('./used-by-section.tsx')).UsedBySection }))

export function Detail({ credential }: { readonly credential: CredentialSummary }) {
  const { id, account } = credential
  const { state, update, focusTurns } = useWindow()
  const pane = useRef<HTMLElement>(null)
  const { turn } = state.focus
  const wanted = state.focus.pane === 'detail'
  useEffect(() => {
    if (!wanted || focusTurns.isTaken(turn)) return
    focusTurns.take(turn)
    focusFirst(pane.current)
  }, [wanted, turn, focusTurns])
  // The next entry begins at its top, where its trouble and its button are.
  const shown = useRef(id)
  useLayoutEffect(() => {
    if (shown.current === id || pane.current === null) return
    shown.current = id
    pane.current.scrollTop = 0
  }, [id])
  const leave = () => update((before) => withFocus(before, 'list'))

  return (
    // Esc leaves the pane from anywhere in it; the back button does the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={pane}
      className={styles['detail']}
      aria-label={detailText.label(titleOf(credential), account)}
      data-pane="detail"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && pane.current?.contains(event.target as Node) === true) leave()
      }}
    >
      <Header credential={credential} onLeave={leave} />
      <div className={styles['body']} key={id}>
        <FixBanner credential={credential} />
        <RotationBanner credential={credential} />
        <ExpirySection credential={credential} />
        {credential.kind === 'oauth' && <ScopeSection credential={credential} />}
        {credential.kind === 'oauth' && <SignInSection credential={credential} />}
        <SecretSection credential={credential} />
        {credential.kind === 'api-key' && <AgeSection credential={credential} />}
        {credential.kind !== 'aws' && <RelaySection credential={credential} />}
        <LabelsSection credential={credential} />
        <Suspense>
          <UsedBySection credential={credential} />
        </Suspense>
        <CheckSection credential={credential} />
        <EndSection credential={credential} />
      </div>
    </section>
  )
}

type HeaderProps = { readonly credential: CredentialSummary; readonly onLeave: () => void }

function Header({ credential, onLeave }: HeaderProps) {
  const { service, name, account } = credential
  return (
    <header className={styles['header']}>
      <span className={styles['back']}>
        <IconButton label={commonText.back} onClick={onLeave}>
          <ChevronLeft size={16} aria-hidden="true" />
        </IconButton>
      </span>
      <Mark service={service} name={name} size="big" />
      <div className={styles['who']}>
        <h2 tabIndex={-1} data-first title={titleOf(credential)}>
          {titleOf(credential)}
        </h2>
        <div title={account}>{account}</div>
      </div>
      <ActionMenu actions={credentialActions(credential, useActionPorts())} />
    </header>
  )
}

/** Focuses the fix if there is one, else the heading, so that the fix is one key press away from a row. */
function focusFirst(pane: HTMLElement | null): void {
  const first =
    pane?.querySelector<HTMLElement>('[data-fix]') ?? pane?.querySelector<HTMLElement>('[data-first]')
  first?.focus()
}
