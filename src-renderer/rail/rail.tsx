import {
  CircleAlert,
  Cloud,
  Hourglass,
  KeyRound,
  Layers,
  LogIn,
  type LucideIcon,
  Plug,
  Puzzle,
  Tag
} from 'lucide-react'
import { useMemo, useRef } from 'react'
import { Logo, Mark } from '../brand/mark.tsx'
import { allView, type RailCounts, railCounts, sameView, type View } from '../state/view.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { railText } from '../text/list-text.ts'
import { number } from '../text/locale.ts'
import { cx } from '../ui/cx.ts'
import { RailFoot } from './rail-foot.tsx'
import styles from './rail.module.css'
import { useOneTabStop } from './use-one-tab-stop.ts'

export function Rail() {
  const { credentials, storage } = useReady()
  const counts = useMemo(() => railCounts(credentials.values()), [credentials])
  const hidden = storage.state === 'locked'
  const nav = useRef<HTMLElement>(null)
  const onKeyDown = useOneTabStop(nav)
  return (
    // The handler is for the keys of the buttons in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav
      ref={nav}
      className={styles['rail']}
      aria-label={railText.label}
      data-pane="rail"
      onKeyDown={onKeyDown}
    >
      <div className={styles['brand']}>
        <Logo />
        <span className={styles['word']}>{commonText.appName}</span>
      </div>
      {!hidden && <Views counts={counts} />}
      {!hidden && counts.all > 0 && <MoreViews counts={counts} />}
      <RailFoot storage={storage} />
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

/** A person adds the first two kinds here; the others come from tools, and appear once there is one. */
const shownKinds = [
  { kind: 'oauth', icon: LogIn, always: true },
  { kind: 'api-key', icon: KeyRound, always: true },
  { kind: 'aws', icon: Cloud, always: false },
  { kind: 'mcp', icon: Plug, always: false },
  { kind: 'extension', icon: Puzzle, always: false }
] as const

function MoreViews({ counts }: { readonly counts: RailCounts }) {
  const { kinds, services, tags } = counts
  return (
    <div className={styles['more']}>
      <h2>{railText.kinds}</h2>
      <ul>
        {shownKinds
          .filter(({ always, kind }) => always || kinds[kind] > 0)
          .map(({ kind, icon }) => (
            <ViewItem
              key={kind}
              view={{ kind: 'of-kind', value: kind }}
              icon={icon}
              label={railText.kind[kind]}
              count={kinds[kind]}
            />
          ))}
      </ul>
      {services.length > 0 && <h2>{railText.providers}</h2>}
      <ul>
        {services.map(({ service, name, count }) => (
          <ViewItem key={service} view={{ kind: 'of-service', service, name }} label={name} count={count} />
        ))}
      </ul>
      {tags.length > 0 && <h2>{railText.tags}</h2>}
      <ul>
        {tags.map(({ tag, count }) => (
          <ViewItem key={tag} icon={Tag} view={{ kind: 'of-tag', tag }} label={tag} count={count} />
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
  const { isWhole } = useReady()
  const { state, update } = useWindow()
  const current = state.page === 'credentials' && sameView(state.view, view)
  return (
    <li>
      <button
        type="button"
        className={styles['item']}
        title={label}
        aria-current={current ? 'page' : undefined}
        onClick={() =>
          update((before) => ({ ...before, page: 'credentials', view, selected: null, detailOpen: false }))
        }
      >
        {Icon === undefined ? (
          <Mark service={view.kind === 'of-service' ? view.service : ''} name={label} size="small" />
        ) : (
          <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
        )}
        <span className={styles['word']}>{label}</span>{' '}
        {count > 0 && isWhole && (
          <span className={cx(styles['count'], alert && styles['alert'])}>{number(count)}</span>
        )}
      </button>
    </li>
  )
}
