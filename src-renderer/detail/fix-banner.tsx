import type { CredentialSummary } from '#shared/credential.ts'
import { statusTable, statusWord } from '#shared/status.ts'
import { useCredentialNow } from '../state/use-credential-now.ts'
import { useWindow } from '../state/window-context.tsx'
import { fixOf, secondFixOf } from '../status/fix.ts'
import { StatusIcon } from '../status/status-chip.tsx'
import { detailText } from '../text/detail-text.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { bannerOf } from './banner-text.ts'
import { hostOf } from '../text/address-text.ts'
import styles from './detail.module.css'

/** The banner with the trouble, its meaning and the one filled button of the view. */
export function FixBanner({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const now = useCredentialNow(credential)
  const banner = bannerOf(credential, now)
  if (banner === null) return null
  const fix = fixOf(credential)
  const second = secondFixOf(credential)
  const { tone } = statusTable[credential.status.kind]
  const word = statusWord(credential.status)
  const signsIn = fix?.kind === 'sign-in' || second?.kind === 'sign-in'
  const opensPage = signsIn && credential.signsInBy === undefined
  const opens = opensPage && credential.issuer !== null ? hostOf(credential.issuer) : null
  return (
    <section className={styles['banner']} data-tone={tone} aria-label={word}>
      <h3>
        <StatusIcon kind={credential.status.kind} />
        {word}
      </h3>
      <p>{banner.text}</p>
      {fix !== null && (
        <Button
          look="primary"
          wide
          data-fix
          aria-keyshortcuts="F"
          onClick={() => void commands.fix(credential)}
        >
          {fix.label}
          <Keys inList="F" here="Enter" />
        </Button>
      )}
      {second !== null && (
        <Button wide className={styles['second']} onClick={() => void commands.apply(second, credential)}>
          {second.label}
        </Button>
      )}
      {(opens !== null || banner.code !== null) && (
        <div className={styles['bannerFoot']}>
          <span>{opens === null ? '' : detailText.opens(opens)}</span>
          {banner.code !== null && <span className={styles['mono']}>{banner.code}</span>}
        </div>
      )}
    </section>
  )
}

/** The key that presses the button: one while the list has the focus, another while the button has it. */
function Keys({ inList, here }: { readonly inList: string; readonly here: string }) {
  return (
    <>
      <kbd className={cx(styles['key'], styles['inList'])} aria-hidden="true">
        {inList}
      </kbd>
      <kbd className={cx(styles['key'], styles['here'])} aria-hidden="true">
        {here}
      </kbd>
    </>
  )
}
