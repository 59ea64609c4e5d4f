import type { CredentialSummary, StatusKind } from '#shared/credential.ts'
import { statusTable } from '#shared/status.ts'
import { commonText } from '../text/common-text.ts'

/** The one thing to press for a credential in trouble. */
export type Fix = { readonly kind: 'sign-in' | 'refresh' | 'replace-key' | 'unlock'; readonly label: string }

/**
 * A key can't be signed in again and an OAuth token can't be pasted: the table's action, fitted to the kind. What an
 * MCP host or an extension keeps here is repaired from there.
 */
export function fixOf(credential: CredentialSummary): Fix | null {
  const { action, actionLabel } = statusTable[credential.status.kind]
  if (action === null || actionLabel === null) return null
  if (action === 'unlock') return { kind: 'unlock', label: actionLabel }
  if (credential.kind === 'api-key') return { kind: 'replace-key', label: commonText.replaceKey }
  if (credential.kind !== 'oauth') return null
  if (action === 'retry') return { kind: 'refresh', label: actionLabel }
  if (action === 'refresh' && credential.renewable) return { kind: 'refresh', label: actionLabel }
  return { kind: 'sign-in', label: commonText.signInAgain }
}

const refreshable: ReadonlySet<StatusKind> = new Set<StatusKind>([
  'valid',
  'expiring',
  'expired',
  'refresh-failing'
])

/** Only where a refresh could help: a refused or unreadable one needs a person first. */
export function canRefresh({ kind, renewable, status }: CredentialSummary): boolean {
  return kind === 'oauth' && renewable && refreshable.has(status.kind)
}

/** A key that can be read can be exchanged, also while it is expired. */
export function canRotate({ kind, status }: CredentialSummary): boolean {
  return kind === 'api-key' && status.kind !== 'unreadable' && status.kind !== 'locked'
}
