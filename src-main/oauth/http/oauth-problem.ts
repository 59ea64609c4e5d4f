import { VaultError } from '#shared/problem.ts'
import { TransportError, transportOf } from '../../core/tokens/transport-error.ts'
import { TokenRefusal } from './token-fetch.ts'

/** What a person does about a client that is refused, by error code (RFC 6749 sections 4.1.2.1 and 5.2). */
const refusalTexts: ReadonlyMap<string, string> = new Map(
  Object.entries({
    invalid_client: 'The provider does not accept this client. Check the client ID and the client secret.',
    unauthorized_client:
      'The provider does not allow this client to sign people in this way. Check its registration.',
    invalid_scope: 'The provider does not know one of the scopes, or does not allow it for this client.',
    unsupported_grant_type:
      'The provider does not allow this client to refresh tokens. Check its registration.',
    redirect_uri_mismatch:
      'The redirect URI is not registered for this client. Copy it from the steps below the client ID and register it there.',
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
/**
 * Error codes of RFC 6749 section 5.2 and RFC 6750 section 3.1, and those of OpenID Connect Core 3.1.2.6 with
 * which Entra answers a refresh.
 */
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
 * Turns each error of a conversation with a provider into a VaultError. Foreign errors are not passed on:
 * they hold the answer's body, and with it tokens. `unreachable`: the code for a failure that says nothing
 * about the grant.
 */
export function providerProblem(
  error: unknown,
  unreachable: 'PROVIDER_UNREACHABLE' | 'REFRESH_UNREACHABLE'
): VaultError {
  if (error instanceof VaultError) return error
  const cause = ownCause(error)
  if (cause instanceof TransportError)
    return new VaultError(cause.kind === 'certificate' ? 'CERTIFICATE_REFUSED' : unreachable, { cause })
  // A successful status without a usable answer: the request may have taken effect all the same.
  if (cause !== null && cause.status < 300) {
    return new VaultError('PROVIDER_REFUSED', { cause: new TransportError('unreadable', cause.status) })
  }
  return refusal(cause === null ? null : cause.code)
}

/**
 * Turns an error of a refresh into a VaultError. Only `invalid_grant` ends a grant (RFC 6749 section 5.2).
 * Faults of the client and of the consent get their own codes, because each needs another remedy.
 */
export function refreshProblem(error: unknown): VaultError {
  // An error from before the token was sent: an issuer that is not found says nothing about a grant.
  const lost = transportOf(error)
  if (lost !== null) return new VaultError('REFRESH_UNREACHABLE', { cause: lost })
  const cause = error instanceof VaultError ? null : ownCause(error)
  const code = cause instanceof TokenRefusal ? (cause.code ?? '') : ''
  if (code === 'invalid_grant') return new VaultError('REFRESH_REJECTED')
  if (CLIENT_FAULTS.has(code)) return refusal(code)
  if (CONSENT_FAULTS.has(code)) return new VaultError('CONSENT_REQUIRED')
  return providerProblem(error, 'REFRESH_UNREACHABLE')
}

/**
 * The problem for an error answer of the authorization endpoint (RFC 6749 section 4.1.2.1) whose state and
 * issuer are checked.
 */
export function authorizationProblem(code: string): VaultError {
  if (DENIALS.has(code)) return new VaultError('SIGN_IN_DENIED')
  if (LATER.has(code)) return new VaultError('PROVIDER_UNREACHABLE')
  return refusal(code)
}

/**
 * The problem for an error code of a device authorization (RFC 8628 section 3.5), from either of its
 * endpoints.
 */
export function deviceProblem(code: string | null): VaultError {
  if (code === 'expired_token') {
    return new VaultError('SIGN_IN_TIMED_OUT', {
      message: 'The code was not used in time. Start again for a new one.'
    })
  }
  if (code === 'device_flow_disabled' || code === 'unsupported_grant_type') {
    return new VaultError('CLIENT_REFUSED', {
      message: 'The provider does not let this client sign people in by a code. Check its registration.'
    })
  }
  // `authorization_declined`: Microsoft's word for a denied sign-in.
  if (code === 'authorization_declined') return new VaultError('SIGN_IN_DENIED')
  return code === null ? refusal(null) : authorizationProblem(code)
}

/** Returns the token endpoint's refusal inside an error of the library; null: the cause is something else. */
export function refusalOf(error: unknown): TokenRefusal | null {
  const cause = ownCause(error)
  return cause instanceof TokenRefusal ? cause : null
}

/** Returns the TransportError inside an error of the library; null: the cause is something else. */
export function transportIn(error: unknown): TransportError | null {
  const cause = ownCause(error)
  return cause instanceof TransportError ? cause : null
}

/** A refusal that says what is wrong with the client is CLIENT_REFUSED; any other answer is of no use. */
function refusal(code: string | null): VaultError {
  const message = code === null ? undefined : refusalTexts.get(code)
  return message === undefined
    ? new VaultError('PROVIDER_REFUSED')
    : new VaultError('CLIENT_REFUSED', { message })
}

/** Finds our own error, which was thrown inside the library's fetch and wrapped by the library. */
function ownCause(error: unknown): TransportError | TokenRefusal | null {
  let current = error
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if (current instanceof TransportError || current instanceof TokenRefusal) return current
    current = current.cause
  }
  return null
}
