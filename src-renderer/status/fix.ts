import type { CredentialStatus, CredentialSummary, StatusKind } from '#shared/credential.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { statusTable } from '#shared/status.ts'
import { clientText } from '../text/client-text.ts'
import { commonText } from '../text/common-text.ts'
import { scopesText } from '../text/scopes-text.ts'
import { endsByAge } from './ends-by-age.ts'

/** The one thing to press for a credential in trouble. */
export type Fix = {
  readonly kind: 'sign-in' | 'refresh' | 'replace-key' | 'unlock' | 'client' | 'scopes'
  readonly label: string
}

const clientTroubles: ReadonlySet<ProblemCode> = new Set(['CLIENT_REFUSED', 'CLIENT_CHANGED'])
const scopeTroubles: ReadonlySet<ProblemCode> = new Set(['SCOPE_MISSING', 'CONSENT_REQUIRED'])

/** The provider refuses the client, and only a person can say what it should be. */
export function isClientTrouble(status: CredentialStatus): boolean {
  return 'code' in status && clientTroubles.has(status.code)
}

/** The person has to consent again, or to more than before. */
export function isScopeTrouble(status: CredentialStatus): boolean {
  return 'code' in status && scopeTroubles.has(status.code)
}

/** The dialog in which a person puts right what a code names; null: it takes none. With a password all is in one. */
export function fixForCode(
  code: ProblemCode,
  { signsInBy }: Pick<CredentialSummary, 'signsInBy'>
): Fix | null {
  const isOne = clientTroubles.has(code) || scopeTroubles.has(code)
  if (isOne && signsInBy === 'password') return { kind: 'sign-in', label: commonText.signInAgain }
  if (clientTroubles.has(code)) return { kind: 'client', label: clientText.change }
  return scopeTroubles.has(code) ? { kind: 'scopes', label: scopesText.change } : null
}

/**
 * A key can't be signed in again and an OAuth token can't be pasted: the table's action, fitted to the kind. What an
 * MCP host or an extension keeps here is repaired from there.
 */
export function fixOf(credential: CredentialSummary): Fix | null {
  const { action, actionLabel } = statusTable[credential.status.kind]
  if (action === null || actionLabel === null) return null
  // Storing another value would fail as reading does.
  if (credential.status.kind === 'unreadable' && credential.status.code === 'KEYCHAIN_DUPLICATE') return null
  if (action === 'unlock') return { kind: 'unlock', label: actionLabel }
  if (credential.kind === 'api-key') return { kind: 'replace-key', label: commonText.replaceKey }
  if (credential.kind !== 'oauth') return null
  const byCode = 'code' in credential.status ? fixForCode(credential.status.code, credential) : null
  if (byCode !== null) return byCode
  if (endsByAge(credential)) return { kind: 'sign-in', label: commonText.signInAgain }
  if (action === 'retry') return { kind: 'refresh', label: actionLabel }
  if (action === 'refresh' && credential.renewable) return { kind: 'refresh', label: actionLabel }
  return { kind: 'sign-in', label: commonText.signInAgain }
}

/** The other thing that can help, where the fix needs what the person may not have; null: none. */
export function secondFixOf(credential: CredentialSummary): Fix | null {
  const { kind } = fixOf(credential) ?? { kind: null }
  if (kind !== 'client' && kind !== 'scopes') return null
  const { action, actionLabel } = statusTable[credential.status.kind]
  if (action === 'retry' && actionLabel !== null) return { kind: 'refresh', label: actionLabel }
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
