import type { CredentialStatus, CredentialSummary, StatusKind } from '#shared/credential.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { statusTable } from '#shared/status.ts'
import { clientText } from '../text/client-text.ts'
import { commonText } from '../text/common-text.ts'
import { scopesText } from '../text/scopes-text.ts'
import { endsByAge } from './ends-by-age.ts'

/** The one action for a credential in trouble. */
export type Fix = {
  readonly kind: 'sign-in' | 'refresh' | 'replace-key' | 'unlock' | 'client' | 'scopes'
  readonly label: string
}

const clientTroubles: ReadonlySet<ProblemCode> = new Set(['CLIENT_REFUSED', 'CLIENT_CHANGED'])
const scopeTroubles: ReadonlySet<ProblemCode> = new Set(['SCOPE_MISSING', 'CONSENT_REQUIRED'])

/** Returns true if the provider refuses the client, which only a person can correct. */
export function isClientTrouble(status: CredentialStatus): boolean {
  return 'code' in status && clientTroubles.has(status.code)
}

/** Returns true if the person has to consent again, or to more scopes than before. */
export function isScopeTrouble(status: CredentialStatus): boolean {
  return 'code' in status && scopeTroubles.has(status.code)
}

/**
 * Returns the fix whose dialog repairs the trouble of a code; null if there is none. With a password, the
 * sign-in dialog repairs all of them.
 */
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
 * Returns the action of the status table, fitted to the kind: a key can't be signed in again and an OAuth
 * token can't be pasted. An entry of an MCP host or an extension is repaired there.
 */
export function fixOf(credential: CredentialSummary): Fix | null {
  const { action, actionLabel } = statusTable[credential.status.kind]
  if (action === null || actionLabel === null) return null
  // Saving another value would fail in the same way as reading.
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

/** Returns a second fix if the first one needs data that the person may not have; null if there is none. */
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

/** Returns true if a refresh could help; a refused or unreadable credential needs a person first. */
export function canRefresh({ kind, renewable, status }: CredentialSummary): boolean {
  return kind === 'oauth' && renewable && refreshable.has(status.kind)
}

/** Returns true for a credential whose value can be taken out; access keys of AWS go to programs alone. */
export function canTakeOut({ kind, status }: CredentialSummary): boolean {
  return kind !== 'aws' && !['unreadable', 'locked', 'needs-sign-in'].includes(status.kind)
}

/** Returns true for a key that can be read, even if it is expired. */
export function canRotate({ kind, status }: CredentialSummary): boolean {
  return kind === 'api-key' && status.kind !== 'unreadable' && status.kind !== 'locked'
}
