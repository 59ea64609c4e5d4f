import { Activity, SearchX } from 'lucide-react'
import { type RefObject, useState } from 'react'
import type { AuditRowView } from '#shared/broker/audit.ts'
import { MOST_ROWS } from '../state/activity-feed.ts'
import { useFollowed, useVault } from '../state/vault-context.tsx'
import { logText } from '../text/activity-text.ts'
import { LiveRegion } from '../toasts/live-region.tsx'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import styles from './activity.module.css'
import { CheckDialog } from './check-dialog.tsx'
import { Empty } from './empty.tsx'
import { FollowedPart } from './followed-part.tsx'
import { LogFilters } from './log-filters.tsx'
import { LogList } from './log-list.tsx'
import { noFilter, type ShownUse } from './use-filter.ts'
import { useLogFilter, useUses } from './use-log.ts'
import { seqsOf } from './uses.ts'

type Props = { readonly searchInput: RefObject<HTMLInputElement | null> }

/** What programs did with credentials, a line for each use. */
export function LogTab({ searchInput }: Props) {
  const { activity } = useVault()
  const log = useFollowed(activity.log)
  return (
    <FollowedPart of={log} onRetry={() => void activity.log.reload()}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty
            icon={Activity}
            title={logText.emptyTitle}
            body={logText.emptyBody}
            command={{ lead: logText.emptyTry, text: logText.emptyCommand }}
          />
        ) : (
          <Log rows={rows} searchInput={searchInput} />
        )
      }
    </FollowedPart>
  )
}

function Log({ rows, searchInput }: Props & { readonly rows: readonly AuditRowView[] }) {
  const [filter, change] = useLogFilter()
  const { all, shown } = useUses(rows, filter)
  function clear(): void {
    change(noFilter)
    searchInput.current?.focus()
  }
  return (
    <>
      <LogFilters {...{ all, filter, change, searchInput }} />
      {shown.length === 0 ? (
        <Empty icon={SearchX} title={logText.noMatchTitle} body={logText.noMatch}>
          <Button onClick={clear}>{logText.clear}</Button>
        </Empty>
      ) : (
        <LogList uses={shown} isCut={rows.length >= MOST_ROWS} />
      )}
      <Foot shown={shown} />
      <LiveRegion text={logText.shown(shown.length)} />
    </>
  )
}

/** How many lines there are, and what can be done with them. */
function Foot({ shown }: { readonly shown: readonly ShownUse[] }) {
  const { bridge } = useVault()
  const tell = useTell()
  const [checks, setChecks] = useState(false)
  const seqs = seqsOf(shown)
  async function copy(): Promise<void> {
    const result = await bridge.copyActivity(seqs)
    if (result.ok) tell.done(logText.copied(seqs.length), logText.copiedBody)
    else tell.failed(result.problem)
  }
  return (
    <div className={styles['foot']}>
      <span className={styles['sum']}>{logText.shown(shown.length)}</span>
      <Button look="quiet" aria-disabled={seqs.length === 0} onClick={() => seqs.length > 0 && void copy()}>
        {logText.copy}
      </Button>
      <Button onClick={() => setChecks(true)}>{logText.check}</Button>
      {checks && <CheckDialog onClose={() => setChecks(false)} />}
    </div>
  )
}
