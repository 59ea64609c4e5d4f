import type { CredentialSummary } from '#shared/credential.ts'
import { programName } from '../activity/use-words.ts'
import { type UsedBy, usedBy } from '../activity/uses.ts'
import { useFollowed, useNow, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withActivity } from '../state/window-state.ts'
import { usedByText } from '../text/activity-text.ts'
import { exactText, relativeText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './detail.module.css'

/** The programs that used a credential in the newest rows of the log; nothing if none did. */
export function UsedBySection({ credential: { id } }: { readonly credential: CredentialSummary }) {
  const { activity } = useVault()
  const { update } = useWindow()
  const log = useFollowed(activity.log)
  const programs = log.kind === 'ready' ? usedBy(log.value, id) : []
  if (programs.length === 0) return null
  return (
    <section className={styles['section']}>
      <h3>{usedByText.title}</h3>
      <ul className={styles['usedBy']}>
        {programs.map((program) => (
          <Program key={program.client} program={program} />
        ))}
      </ul>
      <Button size="small" onClick={() => update((before) => withActivity(before, id))}>
        {usedByText.show}
      </Button>
    </section>
  )
}

function Program({ program: { at, count, name } }: { readonly program: UsedBy }) {
  const now = useNow()
  const time = Date.parse(at)
  return (
    <li>
      <bdi>{programName(name)}</bdi>
      <span>{usedByText.times(count)}</span>
      <time dateTime={at} title={exactText(time)}>
        {relativeText(Math.min(time, now), now)}
      </time>
    </li>
  )
}
