import type { StatusKind } from './credential.ts'

export type StatusTone = 'ok' | 'notice' | 'danger' | 'info' | 'mute'
export type StatusAction = 'refresh' | 'retry' | 'sign-in' | 'unlock' | 'doctor'

type StatusRow = {
  readonly word: string
  readonly tone: StatusTone
  /** 0 is the worst; the list's default order and the tray's icon follow it. */
  readonly rank: number
  /** A person has to do something. */
  readonly needsAttention: boolean
  readonly action: StatusAction | null
  readonly actionLabel: string | null
}

/** The one table of status words: list, tray, notification and CLI say the same. */
export const statusTable: Readonly<Record<StatusKind, StatusRow>> = {
  'needs-sign-in': status('Needs sign-in', 'danger', 0, true, ['sign-in', 'Sign in again']),
  unreadable: status('Can’t be read', 'danger', 1, true, ['sign-in', 'Sign in again']),
  expired: status('Expired', 'danger', 2, true, ['sign-in', 'Sign in again']),
  'refresh-failing': status('Refresh failing', 'notice', 3, true, ['retry', 'Retry now']),
  locked: status('Locked', 'mute', 4, true, ['unlock', 'Unlock']),
  expiring: status('Expires soon', 'notice', 5, false, ['refresh', 'Renew']),
  refreshing: status('Refreshing…', 'info', 6, false, null),
  valid: status('Valid', 'ok', 7, false, null)
}

function status(
  word: string,
  tone: StatusTone,
  rank: number,
  needsAttention: boolean,
  action: readonly [StatusAction, string] | null
): StatusRow {
  return { word, tone, rank, needsAttention, action: action?.[0] ?? null, actionLabel: action?.[1] ?? null }
}
