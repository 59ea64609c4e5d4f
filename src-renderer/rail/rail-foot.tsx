import { Activity, CalendarRange, Keyboard, Lock, type LucideIcon, Settings, Stethoscope } from 'lucide-react'
import type { StorageHealth } from '#shared/storage-health.ts'
import { useWaiting } from '../state/use-waiting.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withActivity } from '../state/window-state.ts'
import { railText } from '../text/list-text.ts'
import { lockText } from '../text/lock-text.ts'
import { number } from '../text/locale.ts'
import { cx } from '../ui/cx.ts'
import { isMac } from '../ui/platform.ts'
import styles from './rail.module.css'

/** While the vault is locked, only what helps then is there. */
export function RailFoot({ storage }: { readonly storage: StorageHealth }) {
  const { state, update, commands } = useWindow()
  const { isLocked, needsPassphrase } = useReady().lock
  const waiting = useWaiting().length
  return (
    <div className={styles['foot']}>
      {!isLocked && (
        <RailButton
          icon={Activity}
          label={railText.activity}
          count={waiting}
          current={state.page === 'activity'}
          onClick={() => update((before) => withActivity(before, null))}
        />
      )}
      {!isLocked && (
        <RailButton
          icon={CalendarRange}
          label={railText.timeline}
          current={state.page === 'timeline'}
          onClick={() => update((before) => ({ ...before, page: 'timeline' }))}
        />
      )}
      <RailButton
        icon={Stethoscope}
        label={railText.doctor}
        current={state.page === 'doctor'}
        onClick={() => update((before) => ({ ...before, page: 'doctor' }))}
      />
      {!isLocked && (
        <RailButton
          icon={Settings}
          label={railText.settings}
          onClick={() => commands.show({ kind: 'settings' })}
        />
      )}
      <RailButton
        icon={Keyboard}
        label={railText.shortcuts}
        hint="?"
        onClick={() => commands.show({ kind: 'shortcuts' })}
      />
      {!isLocked && (
        <RailButton
          icon={Lock}
          label={lockText.lock}
          hint={lockText.key(isMac() ? '⌘' : 'Ctrl')}
          onClick={() => void commands.lock()}
        />
      )}
      {(!isLocked || needsPassphrase) && <Health storage={storage} />}
    </div>
  )
}

type RailButtonProps = {
  readonly icon: LucideIcon
  readonly label: string
  readonly hint?: string
  /** What waits for the person there. */
  readonly count?: number
  readonly current?: boolean
  readonly onClick: () => void
}

function RailButton({ icon: Icon, label, hint, count = 0, current = false, onClick }: RailButtonProps) {
  return (
    <button
      type="button"
      className={styles['item']}
      title={label}
      aria-current={current ? 'page' : undefined}
      onClick={onClick}
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles['word']}>{label}</span>
      {count > 0 && <span className={cx(styles['count'], styles['alert'])}> {number(count)}</span>}
      {hint !== undefined && (
        <kbd aria-hidden="true" className={styles['count']}>
          {hint}
        </kbd>
      )}
    </button>
  )
}

/** The foot of the rail: the store of the secrets and its health. Opens the storage panel. */
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
