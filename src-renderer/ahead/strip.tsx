import { useDeferredValue, useMemo } from 'react'
import { countFixable } from '../state/fix-run.ts'
import { useNow, useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { aheadText } from '../text/ahead-text.ts'
import { fixRunText } from '../text/fix-run-text.ts'
import { DAY, weekdayText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './ahead.module.css'
import { type Cluster, clusters } from './clusters.ts'

const DAYS = 7
/** Most that is said in words; the rest is in the picture. */
const MOST = 3

/** One line over the list: what the person can fix now, and what time brings in the next seven days. */
export function Strip() {
  // The list goes first when entries change.
  const credentials = useDeferredValue(useReady().credentials)
  const { commands } = useWindow()
  const now = useNow()
  const toFix = useMemo(() => countFixable(credentials.values()), [credentials])
  const coming = useMemo(() => clusters(credentials.values(), { now, days: DAYS }), [credentials, now])
  return (
    <section className={styles['strip']} aria-label={aheadText.strip}>
      {toFix > 0 && (
        <Button
          look="primary"
          size="small"
          aria-keyshortcuts="Shift+F"
          onClick={() => commands.startFixing()}
        >
          {fixRunText.fix(toFix)}
        </Button>
      )}
      {coming.length === 0 && <span className={styles['nothing']}>{aheadText.nothing}</span>}
      <div className={styles['clusters']}>
        {coming.slice(0, MOST).map((cluster) => (
          <ClusterButton key={`${cluster.day} ${cluster.kind}`} cluster={cluster} now={now} />
        ))}
      </div>
      {coming.length > 0 && <Week coming={coming} now={now} />}
    </section>
  )
}

function ClusterButton({ cluster, now }: { readonly cluster: Cluster; readonly now: number }) {
  const { update } = useWindow()
  const { kind, day, names } = cluster
  const when = weekdayText(cluster.at, now)
  const [name, ...others] = names
  const text =
    name === undefined || others.length > 0
      ? aheadText.several[kind](names.length, when)
      : aheadText.one[kind](name, when)
  return (
    <Button
      look="quiet"
      size="small"
      data-kind={kind}
      title={names.slice(0, 20).join(', ')}
      onClick={() =>
        update((before) =>
          withFocus({ ...before, search: { text: '', filters: [{ kind: 'due', value: day }] } }, 'list')
        )
      }
    >
      {text}
    </Button>
  )
}

const WIDTH = 700
const HEIGHT = 16

/** A tick for each time, with the days as grey lines. The buttons say the same in words. */
function Week({ coming, now }: { readonly coming: readonly Cluster[]; readonly now: number }) {
  const x = (at: number): number => ((at - now) / (DAYS * DAY)) * WIDTH
  const midnight = new Date(now).setHours(24, 0, 0, 0)
  const days = Array.from({ length: DAYS }, (_, index) => midnight + index * DAY)
  return (
    <svg
      className={styles['week']}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
      {days.map((day) => (
        <line key={day} x1={x(day)} x2={x(day)} y1={HEIGHT - 5} y2={HEIGHT} />
      ))}
      {coming.map(({ kind, day, at }) => (
        <rect key={`${day} ${kind}`} data-kind={kind} x={x(at)} y="0" width="6" height={HEIGHT - 2} />
      ))}
    </svg>
  )
}
