import { VaultRefusal } from '../src-socket/vault-connection.ts'
import { ApprovalRequired, AuthenticationRequired, LatchkeyError, RefreshError } from './face.ts'

type Wish = { readonly service: string; readonly scope: string | null }

/** Codes of a refresh that the provider refused for good. */
const refreshCodes = new Set([
  'REFRESH_REJECTED',
  'ROTATION_LOST',
  'CLIENT_CHANGED',
  'CLIENT_REFUSED',
  'CONSENT_REQUIRED'
])

/** The error for a program; its three texts are those of document 000's AuthStore. Other errors pass as they are. */
export function errorFor(error: unknown, { service, scope }: Wish): unknown {
  if (!(error instanceof VaultRefusal)) return error
  const { code, message } = error.problem
  const told = { code, help: message }
  if (code === 'UNKNOWN_SERVICE')
    return new AuthenticationRequired(`No authentication token for ${service}`, told)
  if (code === 'SCOPE_MISSING') {
    return new AuthenticationRequired(
      `Token for ${service} does not have required scope: ${scope ?? ''}`,
      told
    )
  }
  if (code === 'SIGN_IN_REQUIRED') return new AuthenticationRequired(EXPIRED, told)
  if (refreshCodes.has(code)) return new RefreshError(EXPIRED, told)
  return new LatchkeyError(message, told)
}

const EXPIRED = 'Token expired and refresh failed'

/** The error for a question that nobody has answered yet. */
export function approvalRequired(): ApprovalRequired {
  return new ApprovalRequired(
    'This needs the person’s approval, and nothing was done. They answer it with “latchkey approvals”; then ask again.',
    { code: 'APPROVAL_PENDING' }
  )
}
