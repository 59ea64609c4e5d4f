import { VaultError } from '#shared/problem.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { TransportError, transportOf } from '../../core/tokens/transport-error.ts'
import { TokenRefusal } from './token-fetch.ts'

/** What a person can do about an error code of RFC 6749 sections 4.1.2.1 and 5.2. */
const refusalTexts: ReadonlyMap<string, string> = new Map(
  Object.entries({
    invalid_client: 'The provider does not accept this client. Check the client ID and the client secret.',
    unauthorized_client:
      'The provider does not allow this client to sign people in this way. Check its registration.',
    invalid_scope: 'The provider does not know one of the scopes, or does not allow it for this client.',
    unsupported_grant_type:
      'The provider does not allow this client to renew sign-ins. Check its registration.',
    redirect_uri_mismatch:
      'The redirect address is not registered for this client. Copy it from the steps below the client ID and register it there.',
    incorrect_client_credentials:
      'The provider does not accept this client. Check the client ID and the client secret.'
  })
)

const DENIALS: ReadonlySet<string> = new Set([
  'access_denied',
  'consent_required',
  'interaction_required',
  'login_required',
  'account_selection_required'
])
const CLIENT_FAULTS: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'incorrect_client_credentials'
])
/** RFC 6749 section 5.2 and 6750 section 3.1, and of OpenID Connect Core 3.1.2.6 what Entra answers a refresh with. */
const CONSENT_FAULTS: ReadonlySet<string> = new Set([
  'invalid_scope',
  'insufficient_scope',
  'consent_required',
  'interaction_required',
  'login_required',
  'account_selection_required'
])
const LATER: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

/**
 * Everything thrown while talking to a provider, as an error of ours. Foreign errors end here: they hold the answer's
 * body, and with it tokens. `unreachable` is the code for what tells nothing about the grant.
 */
export function providerProblem(
  error: unknown,
  unreachable: 'PROVIDER_UNREACHABLE' | 'REFRESH_UNREACHABLE'
): VaultError {
  if (error instanceof VaultError) return error
  const cause = ownCause(error)
  if (cause instanceof TransportError)
    return new VaultError(cause.kind === 'certificate' ? 'CERTIFICATE_REFUSED' : unreachable, { cause })
  // A good answer that brought nothing: what it was to answer may have been done all the same.
  if (cause !== null && cause.status < 300) {
    return new VaultError('PROVIDER_REFUSED', { cause: new TransportError('unreadable', cause.status) })
  }
  return refusal('PROVIDER_REFUSED', cause === null ? null : cause.code)
}

/**
 * As above for a refresh. `invalid_grant` is the one answer that ends a grant (RFC 6749 section 5.2); what is wrong
 * with the client or with the consent is told apart, because each asks for something else.
 */
export function refreshProblem(error: unknown): VaultError {
  // Before the token was sent anywhere: that its issuer is not found says nothing about a grant.
  const lost = transportOf(error)
  if (lost !== null) return new VaultError('REFRESH_UNREACHABLE', { cause: lost })
  const cause = error instanceof VaultError ? null : ownCause(error)
  const code = cause instanceof TokenRefusal ? (cause.code ?? '') : ''
  if (code === 'invalid_grant') return new VaultError('REFRESH_REJECTED')
  if (CLIENT_FAULTS.has(code)) return refusal('CLIENT_REFUSED', code)
  if (CONSENT_FAULTS.has(code)) return new VaultError('CONSENT_REQUIRED')
  return providerProblem(error, 'REFRESH_UNREACHABLE')
}

/** An error answer of the authorization endpoint (RFC 6749 section 4.1.2.1), after its state and issuer were checked. */
export function authorizationProblem(code: string): VaultError {
  if (DENIALS.has(code)) return new VaultError('SIGN_IN_DENIED')
  if (LATER.has(code)) return new VaultError('PROVIDER_UNREACHABLE')
  return refusal('PROVIDER_REFUSED', code)
}

/** An error code of a device authorization (RFC 8628 section 3.5), of either of its endpoints. */
export function deviceProblem(code: string | null): VaultError {
  if (code === 'expired_token') {
    return new VaultError('SIGN_IN_TIMED_OUT', {
      message: 'The code was not used in time. Start again for a new one.'
    })
  }
  if (code === 'device_flow_disabled' || code === 'unsupported_grant_type') {
    return new VaultError('PROVIDER_REFUSED', {
      message: 'The provider does not let this client sign people in by a code. Check its registration.'
    })
  }
  // `authorization_declined`: Microsoft's word for it.
  if (code === 'authorization_declined') return new VaultError('SIGN_IN_DENIED')
  return code === null ? refusal('PROVIDER_REFUSED', null) : authorizationProblem(code)
}

/** The token endpoint's refusal inside whatever the library threw; null if it was something else. */
export function refusalOf(error: unknown): TokenRefusal | null {
  const cause = ownCause(error)
  return cause instanceof TokenRefusal ? cause : null
}

/** What says that no usable answer came, inside whatever the library threw; null if it was something else. */
export function transportIn(error: unknown): TransportError | null {
  const cause = ownCause(error)
  return cause instanceof TransportError ? cause : null
}

function refusal(problem: ProblemCode, code: string | null): VaultError {
  const message = code === null ? undefined : refusalTexts.get(code)
  return new VaultError(problem, message === undefined ? {} : { message })
}

/** Our own error, thrown inside the library's fetch and wrapped by it. */
function ownCause(error: unknown): TransportError | TokenRefusal | null {
  let current = error
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if (current instanceof TransportError || current instanceof TokenRefusal) return current
    current = current.cause
  }
  return null
}
