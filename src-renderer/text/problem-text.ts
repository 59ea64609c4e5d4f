import { type Problem, problemCatalog, type ProblemCode } from '#shared/problem.ts'

type ProblemText = { readonly title: string; readonly todo: string | null }

/** For each code a title of about three words, and the next step that the problem's sentence lacks. */
export const problemText: Readonly<Record<ProblemCode, ProblemText>> = {
  SIGN_IN_REQUIRED: text('No usable sign-in'),
  SIGN_IN_CANCELLED: text('Sign-in cancelled', 'Start it again when you like.'),
  SIGN_IN_DENIED: text('Sign-in not allowed', 'Sign in again and allow it, or use another account.'),
  SIGN_IN_TIMED_OUT: text('Time is up'),
  SCOPE_MISSING: text('A scope is missing'),
  REFRESH_REJECTED: text('Refresh refused'),
  ROTATION_LOST: text('Renewal lost'),
  CLIENT_CHANGED: text('Client changed'),
  CLIENT_REFUSED: text('Client refused', 'Correct them by “Change client…”, or retry.'),
  CONSENT_REQUIRED: text('New consent needed'),
  REFRESH_UNREACHABLE: text('Provider not reachable', 'Wait for the next try, or retry now.'),
  CERTIFICATE_REFUSED: text('Certificate not trusted'),
  PROXY_REFUSED: text('Proxy refused'),
  PROVIDER_UNREACHABLE: text('Provider not reachable'),
  PROVIDER_REFUSED: text('Answer not accepted'),
  KEYCHAIN_UNAVAILABLE: text('No keychain'),
  KEYCHAIN_LOCKED: text('Keychain locked'),
  KEYCHAIN_DENIED: text('Keychain refused'),
  KEYCHAIN_TIMEOUT: text('Keychain did not answer'),
  KEYCHAIN_DUPLICATE: text('Twice in the keychain'),
  VAULT_LOCKED: text('Vault locked'),
  CREDENTIAL_UNREADABLE: text('Entry can’t be read'),
  STORE_WRITE_FAILED: text('Could not be stored'),
  DIALOG_NOT_SHOWN: text('No file dialog'),
  APPROVAL_DENIED: text('Use not approved', 'Approve it when Latchkey asks again.'),
  APPROVAL_PENDING: text('Approval needed'),
  PORT_BUSY: text('Port in use'),
  ORIGIN_NOT_ALLOWED: text('Host not allowed', 'Add the host to the credential’s allowed hosts.'),
  BROKER_UNREACHABLE: text('Latchkey not running'),
  PROTOCOL_MISMATCH: text('Versions differ'),
  UNKNOWN_SERVICE: text('Not found', 'It may have been removed in the meantime.'),
  CONFIG_INVALID: text('A setting is not valid', 'Correct the setting, then try again.'),
  INVALID_REQUEST: text('Not understood', 'Check what you entered, then try again.'),
  INTERNAL: text('Something went wrong', 'If it stays, restart Latchkey.')
}

function text(title: string, todo: string | null = null): ProblemText {
  return { title, todo }
}

/** Returns the next step for a problem with the catalog's sentence; any other sentence already says it. */
export function todoOf({ code, message }: Problem): string | null {
  return message === problemCatalog[code].message ? problemText[code].todo : null
}

export const bannerText = {
  rejected: (name: string) =>
    `${name} refused the last refresh. Nothing was deleted; signing in again replaces the old tokens.`,
  scopeMissing: 'The sign-in lacks a scope that was asked for. Sign in again and allow it.',
  signInRequired: 'There is no usable sign-in any more. Nothing was deleted; signing in again replaces it.',
  unreadable:
    'The store returned something that can’t be opened. It was left as it is; replacing it repairs the entry.',
  expiredOauth: 'The token has expired and can’t be refreshed. Signing in again replaces it.',
  expiredKey: 'The key has expired. Make a new one at the provider and replace it here.',
  failing: (name: string) =>
    `${name} could not be reached. Latchkey keeps the sign-in and tries again by itself.`,
  suspect: (name: string) =>
    `${name} sent an invalid answer to the refresh. Latchkey keeps the sign-in and tries again by itself.`,
  givenUp: (name: string) =>
    `${name} sent three invalid answers to the refresh. The sign-in is kept; retry, or sign in again.`,
  locked: 'The keychain is locked, so Latchkey can’t use this credential. Nothing is lost.',
  expiringOauth: 'The token can’t be refreshed. Signing in again before it expires avoids a gap.',
  expiringKey:
    'A key can’t be refreshed. Make a new one at the provider and replace it here before it expires.',
  expiringRenew: 'It expires soon. Refreshing gets a new token.',
  tooOld: (name: string) =>
    `${name} ends a sign-in some time after it was made, even if it is used. Sign in again before the time shown.`,
  idle: (name: string) =>
    `${name} ends a sign-in that is not used. Refresh it, use it or sign in again before the time shown.`
} as const
