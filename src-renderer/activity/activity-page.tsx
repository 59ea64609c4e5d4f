import { Tabs } from '@base-ui/react/tabs'
import { type RefObject, useState } from 'react'
import type { ApprovalView } from '#shared/broker/use.ts'
import { useFollowed, useNow, useVault } from '../state/vault-context.tsx'
import type { Followed } from '../state/followed.ts'
import { activityText } from '../text/activity-text.ts'
import { number } from '../text/locale.ts'
import styles from './activity.module.css'
import { AllowedTab } from './allowed-tab.tsx'
import { LogTab } from './log-tab.tsx'
import { useWaiting } from '../state/use-waiting.ts'
import { ProgramsTab } from './programs-tab.tsx'
import { ProposalsStrip } from './proposals-strip.tsx'

type Tab = keyof typeof activityText.tabs

/** What programs did with credentials, what they may do now, and which of them have a name. */
export function ActivityPage({ searchInput }: { readonly searchInput: RefObject<HTMLInputElement | null> }) {
  const [tab, setTab] = useState<Tab>('log')
  const { activity } = useVault()
  const approvals = heldAt(useFollowed(activity.approvals), useNow())
  const clients = useFollowed(activity.clients)
  const relays = useFollowed(activity.relays)
  const proposals = useWaiting()
  return (
    <section className={styles['page']} aria-labelledby="activity-title" data-pane="detail">
      <Tabs.Root value={tab} onValueChange={(next: Tab) => setTab(next)} className={styles['tabs']}>
        <div className={styles['bar']}>
          <h1 id="activity-title">{activityText.title}</h1>
          <Tabs.List className={styles['list']} activateOnFocus={false}>
            <TabOf value="log" current={tab} count={null} />
            <TabOf value="allowed" current={tab} count={sum(countOf(approvals), countOf(relays))} />
            <TabOf value="programs" current={tab} count={countOf(clients)} />
          </Tabs.List>
        </div>
        <ProposalsStrip proposals={proposals} />
        <Tabs.Panel value="log" className={styles['panel']} tabIndex={-1}>
          <LogTab searchInput={searchInput} />
        </Tabs.Panel>
        <Tabs.Panel value="allowed" className={styles['panel']} tabIndex={-1}>
          <AllowedTab approvals={approvals} relays={relays.kind === 'ready' ? relays.value : []} />
        </Tabs.Panel>
        <Tabs.Panel value="programs" className={styles['panel']} tabIndex={-1}>
          <ProgramsTab clients={clients} />
        </Tabs.Panel>
      </Tabs.Root>
    </section>
  )
}

type TabProps = { readonly value: Tab; readonly current: Tab; readonly count: number | null }

/** The tab that is open has the first focus of the page. */
function TabOf({ value, current, count }: TabProps) {
  return (
    <Tabs.Tab value={value} className={styles['tab']} {...(value === current && { 'data-first': '' })}>
      {activityText.tabs[value]}
      {count !== null && count > 0 && <span className={styles['count']}> {number(count)}</span>}
    </Tabs.Tab>
  )
}

/** The vault says nothing when an approval has run out. */
function heldAt(all: Followed<ApprovalView[]>, now: number): Followed<readonly ApprovalView[]> {
  if (all.kind !== 'ready') return all
  const value = all.value.filter(({ until }) => until === null || Date.parse(until) > now)
  return { ...all, value }
}

/** Null: neither is known. */
function sum(one: number | null, other: number | null): number | null {
  return one === null && other === null ? null : (one ?? 0) + (other ?? 0)
}

/** Null: it is not known. */
function countOf(all: Followed<readonly unknown[]>): number | null {
  return all.kind === 'ready' ? all.value.length : null
}
