import type { ProblemCode } from '#shared/problem.ts'

type ProblemText = { readonly title: string; readonly todo: string }

/** What happened, in three words, and what to do. What it means is the problem's own sentence. */
export const problemText: Readonly<Record<ProblemCode, ProblemText>> = {
  SIGN_IN_REQUIRED: text('No usable sign-in', 'Sign in again.'),
  SIGN_IN_CANCELLED: text('Sign-in cancelled', 'Start it again when you like.'),
  SIGN_IN_DENIED: text('Sign-in not allowed', 'Sign in again and allow it, or use another account.'),
  SIGN_IN_TIMED_OUT: text('Nobody finished the sign-in', 'Start it again and finish within the time shown.'),
  SCOPE_MISSING: text('A scope is missing', 'Sign in again and allow every scope that is asked for.'),
  REFRESH_REJECTED: text('Refresh refused', 'Sign in again; it replaces the old tokens.'),
  ROTATION_LOST: text('Renewal lost', 'Sign in again; the entry keeps its name and its scopes.'),
  CLIENT_CHANGED: text('Client changed', 'Put the former client back, or sign in again.'),
  CLIENT_REFUSED: text(
    'Client refused',
    'Correct the client ID or the client secret by “Change client…”, or retry.'
  ),
  CONSENT_REQUIRED: text('New consent needed', 'Sign in again and allow what is asked for.'),
  REFRESH_UNREACHABLE: text('Provider not reachable', 'Wait for the next try, or retry now.'),
  CERTIFICATE_REFUSED: text(
    'Certificate not trusted',
    'Check the network, its proxy and the date of this computer, then try again.'
  ),
  PROVIDER_UNREACHABLE: text('Provider not reachable', 'Check the address and the network, then try again.'),
  PROVIDER_REFUSED: text('Answer not accepted', 'Check the issuer, the client ID and the client secret.'),
  KEYCHAIN_UNAVAILABLE: text('No keychain', 'Start the keychain, or allow encrypted files in Settings.'),
  KEYCHAIN_LOCKED: text('Keychain locked', 'Unlock the keychain, then try again.'),
  KEYCHAIN_DENIED: text('Keychain refused', 'Allow Latchkey in the keychain, then try again.'),
  KEYCHAIN_TIMEOUT: text('Keychain did not answer', 'Look for an unlock prompt, then try again.'),
  VAULT_LOCKED: text('Vault locked', 'Unlock the vault, then try again.'),
  CREDENTIAL_UNREADABLE: text('Entry can’t be read', 'Add it again; that replaces the entry.'),
  STORE_WRITE_FAILED: text(
    'Could not be stored',
    'Check the store and the space on the disk, then try again.'
  ),
  APPROVAL_DENIED: text('Use not approved', 'Approve it when it is asked again.'),
  PORT_BUSY: text('Port in use', 'End the program that uses it, then try again.'),
  ORIGIN_NOT_ALLOWED: text('Host not allowed', 'Add the host to the credential’s allowed hosts.'),
  BROKER_UNREACHABLE: text('Latchkey not running', 'Start Latchkey, then try again.'),
  PROTOCOL_MISMATCH: text('Versions differ', 'Update both sides.'),
  UNKNOWN_SERVICE: text('Not found', 'It may have been removed in the meantime.'),
  CONFIG_INVALID: text('A setting is not valid', 'Correct the setting, then try again.'),
  INVALID_REQUEST: text('Not understood', 'Check what you entered, then try again.'),
  INTERNAL: text('Something went wrong', 'Try again. If it stays, restart Latchkey.')
}

function text(title: string, todo: string): ProblemText {
  return { title, todo }
}

export const bannerText = {
  rejected: (name: string) =>
    `${name} refused the last refresh. Nothing was deleted; signing in again replaces the old tokens.`,
  scopeMissing: 'The sign-in lacks a scope that was asked for. Sign in again and allow it.',
  signInRequired: 'There is no usable sign-in any more. Nothing was deleted; signing in again replaces it.',
  unreadable:
    'The store returned something that can’t be opened. It was left as it is; replacing it repairs the entry.',
  expiredOauth: 'The token is over and can’t renew itself. Signing in again replaces it.',
  expiredKey: 'The key is over. Make a new one at the provider and replace it here.',
  failing: (name: string) => `${name} could not be reached. The sign-in is kept and tried again by itself.`,
  suspect: (name: string) =>
    `${name} answered the refresh with something that makes no sense. The sign-in is kept and tried again by itself.`,
  givenUp: (name: string) =>
    `${name} answered the refresh three times with something that makes no sense. The sign-in is kept; retry, or sign in again.`,
  locked: 'The keychain is locked, so Latchkey can’t use this credential. Nothing is lost.',
  expiringOauth: 'The token can’t renew itself. Signing in again before it ends avoids a gap.',
  expiringKey: 'A key can’t renew itself. Make a new one at the provider and replace it here before it ends.',
  expiringRenew: 'It ends soon. Refreshing gets a new token.',
  tooOld: (name: string) =>
    `${name} ends a sign-in some time after it was made, however much it is used. Sign in again before the time shown.`,
  idle: (name: string) =>
    `${name} ends a sign-in that nobody uses. Renew it, use it or sign in again before the time shown.`
} as const
