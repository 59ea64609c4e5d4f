import type { CredentialSummary } from '#shared/credential.ts'
import { statusTable } from '#shared/status.ts'
import { usePreferences } from '../state/use-preferences.ts'
import { LifeBar } from '../status/life-bar.tsx'
import { useCredentialNow } from '../state/use-credential-now.ts'
import { lifeUsed, whenText } from '../status/when-text.ts'
import { detailText } from '../text/detail-text.ts'
import { locale } from '#shared/locale.ts'
import { timeText } from '../text/time-text.ts'
import { amountText, barEndText } from '../time/time-text.ts'
import { CheckRow } from '../ui/check-row.tsx'
import { factsOf, hasNearFact } from './detail-facts.ts'
import styles from './detail.module.css'
import { FactsList } from './facts-list.tsx'

const percent = new Intl.NumberFormat(locale, { style: 'percent' })

export function ExpirySection({ credential }: { readonly credential: CredentialSummary }) {
  const now = useCredentialNow(credential, (at) => hasNearFact(credential, at))
  const [preferences, change] = usePreferences()
  const { status } = credential
  const stopped = status.kind === 'needs-sign-in' && status.since !== null ? Date.parse(status.since) : null
  const head =
    stopped === null ? whenText(credential, now).spoken : timeText.stopped(amountText(now - stopped))
  return (
    <section className={styles['section']}>
      <h3>
        {detailText.expiry} <span>{head}</span>
      </h3>
      <Life credential={credential} now={now} stopped={stopped} />
      <FactsList facts={factsOf(credential, now)} />
      {credential.keptFresh !== null && (
        <CheckRow
          label={detailText.keepFresh}
          sub={detailText.keepFreshMeans(credential.name)}
          checked={credential.keptFresh}
          onChange={(on) =>
            void change({ keepFresh: { ...preferences.keepFresh, [credential.service]: on } })
          }
        />
      )}
    </section>
  )
}

type LifeProps = {
  readonly credential: CredentialSummary
  readonly now: number
  readonly stopped: number | null
}

/** Start, now and end of a life. A life that was cut short stops at that point. */
function Life({ credential, now, stopped }: LifeProps) {
  const used = lifeUsed(credential, stopped ?? now)
  if (used === null || credential.expiry.kind !== 'at') return null
  if (['unreadable', 'locked'].includes(credential.status.kind)) return null
  const label =
    stopped === null
      ? detailText.lifeOver(percent.format(used))
      : detailText.lifeStopped(percent.format(used))
  const mark = stopped === null ? detailText.nowMark : detailText.refusedAt(barEndText(stopped, now))
  const tone = statusTable[credential.status.kind].tone
  return (
    <>
      <LifeBar used={used} tone={tone} label={label} />
      <div className={styles['ends']} aria-hidden="true">
        <span>{barEndText(Date.parse(credential.issuedAt), now)}</span>
        {used > 0.2 && used < 0.8 && (
          <span className={styles['mark']} data-tone={tone} style={{ insetInlineStart: `${used * 100}%` }}>
            {mark}
          </span>
        )}
        <span>{barEndText(Date.parse(credential.expiry.at), now)}</span>
      </div>
    </>
  )
}
