import {
  Check,
  ClockAlert,
  FileX,
  Hourglass,
  Lock,
  LogIn,
  type LucideIcon,
  RefreshCw,
  RefreshCwOff
} from 'lucide-react'
import type { CredentialStatus, StatusKind } from '#shared/credential.ts'
import { statusWord } from '#shared/status.ts'
import { cx } from '../ui/cx.ts'
import styles from './status.module.css'

const icons: Readonly<Record<StatusKind, LucideIcon>> = {
  valid: Check,
  expiring: Hourglass,
  refreshing: RefreshCw,
  'refresh-failing': RefreshCwOff,
  expired: ClockAlert,
  'needs-sign-in': LogIn,
  unreadable: FileX,
  locked: Lock
}

export function StatusIcon({ kind, size = 16 }: { readonly kind: StatusKind; readonly size?: number }) {
  const Icon = icons[kind]
  return <Icon size={size} strokeWidth={size < 16 ? 2 : 1.75} aria-hidden="true" />
}

/** A healthy chip has no background: only a status that needs a person has a colour. */
export function StatusChip({ status }: { readonly status: CredentialStatus }) {
  return (
    <span className={cx(styles['chip'], styles[status.kind])}>
      <StatusIcon kind={status.kind} size={14} />
      {statusWord(status)}
    </span>
  )
}
