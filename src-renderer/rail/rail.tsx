import {
  CircleAlert,
  Hourglass,
  Keyboard,
  KeyRound,
  Layers,
  LogIn,
  type LucideIcon,
  Settings
} from 'lucide-react'
import { useMemo } from 'react'
import type { StorageHealth } from '#shared/ipc.ts'
import { Logo, Mark } from '../brand/mark.tsx'
import { allView, type RailCounts, railCounts, sameView, type View } from '../list/view.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { railText } from '../text/list-text.ts'
import { cx } from '../ui/cx.ts'
import styles from './rail.module.css'

export function Rail() {
  const { credentials, storage } = useReady()
  const { commands } = useWindow()
  const counts = useMemo(() => railCounts(credentials.values()), [credentials])
  const hidden = storage.state === 'locked'
  return (
    <nav className={styles['rail']} aria-label={railText.label} data-pane="rail">
      <div className={styles['brand']}>
        <Logo />
        <span className={styles['word']}>{commonText.appName}</span>
      </div>
      {!hidden && <Views counts={counts} />}
      {!hidden && counts.all > 0 && <MoreViews counts={counts} />}
      <div className={styles['foot']}>
        <RailButton
          icon={Settings}
          label={railText.settings}
          onClick={() => commands.show({ kind: 'settings' })}
        />
        <RailButton
          icon={Keyboard}
          label={railText.shortcuts}
          hint="?"
          onClick={() => commands.show({ kind: 'shortcuts' })}
        />
        <Health storage={storage} />
      </div>
    </nav>
  )
}

function Views({ counts }: { readonly counts: RailCounts }) {
  const { all, attention, expiring } = counts
  const { views } = railText
  return (
    <ul>
      <ViewItem view={allView} icon={Layers} label={views.all} count={all} />
      <ViewItem
        view={{ kind: 'attention' }}
        icon={CircleAlert}
        label={views.attention}
        count={attention}
        alert
      />
      <ViewItem view={{ kind: 'expiring' }} icon={Hourglass} label={views.expiring} count={expiring} />
    </ul>
  )
}

function MoreViews({ counts }: { readonly counts: RailCounts }) {
  const { kinds, services } = counts
  return (
    <div className={styles['more']}>
      <h2>{railText.kinds}</h2>
      <ul>
        <ViewItem
          view={{ kind: 'of-kind', value: 'oauth' }}
          icon={LogIn}
          label={railText.kind.oauth}
          count={kinds.oauth}
        />
        <ViewItem
          view={{ kind: 'of-kind', value: 'api-key' }}
          icon={KeyRound}
          label={railText.kind['api-key']}
          count={kinds['api-key']}
        />
      </ul>
      {services.length > 0 && <h2>{railText.providers}</h2>}
      <ul>
        {services.map(({ service, name, count }) => (
          <ViewItem key={service} view={{ kind: 'of-service', service, name }} label={name} count={count} />
        ))}
      </ul>
    </div>
  )
}

type ViewItemProps = {
  readonly view: View
  readonly icon?: LucideIcon
  readonly label: string
  readonly count: number
  readonly alert?: boolean
}

function ViewItem({ view, icon: Icon, label, count, alert = false }: ViewItemProps) {
  const { state, update } = useWindow()
  const current = sameView(state.view, view)
  return (
    <li>
      <button
        type="button"
        className={styles['item']}
        title={label}
        aria-current={current ? 'page' : undefined}
        onClick={() => update((before) => ({ ...before, view, selected: null, detailOpen: false }))}
      >
        {Icon === undefined ? (
          <Mark service={view.kind === 'of-service' ? view.service : ''} name={label} size="small" />
        ) : (
          <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
        )}
        <span className={styles['word']}>{label}</span>{' '}
        {count > 0 && <span className={cx(styles['count'], alert && styles['alert'])}>{count}</span>}
      </button>
    </li>
  )
}

type RailButtonProps = {
  readonly icon: LucideIcon
  readonly label: string
  readonly hint?: string
  readonly onClick: () => void
}

function RailButton({ icon: Icon, label, hint, onClick }: RailButtonProps) {
  return (
    <button type="button" className={styles['item']} title={label} onClick={onClick}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles['word']}>{label}</span>
      {hint !== undefined && (
        <kbd aria-hidden="true" className={styles['count']}>
          {hint}
        </kbd>
      )}
    </button>
  )
}

/** The foot of the rail: where secrets are kept and whether that works. Opens the storage panel. */
function Health({ storage }: { readonly storage: StorageHealth }) {
  const { commands } = useWindow()
  const text = railText.storage[storage.state](storage.label)
  return (
    <button
      type="button"
      className={cx(styles['item'], styles['health'])}
      title={text}
      data-state={storage.state}
      onClick={() => commands.show({ kind: 'storage' })}
    >
      <span className={styles['dot']} />
      <span className={styles['word']}>{text}</span>
    </button>
  )
}
