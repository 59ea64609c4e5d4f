import type { CredentialStatus, StatusKind } from './credential.ts'
import type { ProblemCode } from './problem.ts'

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
  expiring: status('Expires soon', 'notice', 5, false, ['refresh', 'Refresh']),
  refreshing: status('Refreshing…', 'info', 6, false, null),
  valid: status('Valid', 'ok', 7, false, null)
}

/** Where the reason is short enough to be the word. */
const reasons: Partial<Record<ProblemCode, string>> = {
  ROTATION_LOST: 'Refresh lost',
  CLIENT_CHANGED: 'Client changed',
  CLIENT_REFUSED: 'Client refused',
  CONSENT_REQUIRED: 'Needs new consent',
  SCOPE_MISSING: 'Needs more access',
  STORE_WRITE_FAILED: 'Not stored'
}

/** The word for one status: that of its kind or of its reason, or that nothing more is tried without a person. */
export function statusWord(status: CredentialStatus): string {
  const reason = 'code' in status ? reasons[status.code] : undefined
  if (reason !== undefined) return reason
  const isFailing = status.kind === 'refresh-failing' && status.code === 'PROVIDER_REFUSED'
  return isFailing && status.nextTryAt === null ? 'Needs attention' : statusTable[status.kind].word
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
