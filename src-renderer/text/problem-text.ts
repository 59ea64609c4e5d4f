import { type Problem, problemCatalog, type ProblemCode } from '#shared/problem.ts'

type ProblemText = { readonly title: string; readonly todo: string | null }

/** For each code a title of about three words, and the next step that the problem's sentence lacks. */
export const problemText: Readonly<Record<ProblemCode, ProblemText>> = {
  SIGN_IN_REQUIRED: text('No usable sign-in'),
  SIGN_IN_CANCELLED: text('Sign-in cancelled', 'Start it again when you’re ready.'),
  SIGN_IN_DENIED: text('Sign-in not allowed', 'Sign in again and allow it, or use another account.'),
  SIGN_IN_TIMED_OUT: text('Sign-in timed out'),
  SCOPE_MISSING: text('A scope is missing'),
  REFRESH_REJECTED: text('Refresh refused'),
  ROTATION_LOST: text('Refresh lost'),
  CLIENT_CHANGED: text('Client changed'),
  CLIENT_REFUSED: text('Client refused', 'Correct them with “Change client…”, or retry.'),
  CONSENT_REQUIRED: text('New consent needed'),
  REFRESH_UNREACHABLE: text('Can’t be reached', 'Wait for the next try, or retry now.'),
  CERTIFICATE_REFUSED: text('Certificate not trusted'),
  PROXY_REFUSED: text('Proxy refused'),
  PROVIDER_UNREACHABLE: text('Can’t be reached'),
  PROVIDER_REFUSED: text('Unsafe response'),
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
  INTERNAL: text('Something went wrong', 'If it happens again, restart Latchkey.')
}

function text(title: string, todo: string | null = null): ProblemText {
  return { title, todo }
}

/** Returns the next step for a problem with the catalog's sentence; any other sentence already says it. */
export function todoOf({ code, message }: Problem): string | null {
  return message === problemCatalog[code].message ? problemText[code].todo : null
}

export const bannerText = {
  rejected: (name: string) => `${name} ended this sign-in. Nothing was deleted. Sign in again.`,
  scopeMissing: 'A scope is missing. Sign in again and allow it.',
  signInRequired: 'This sign-in no longer works. Nothing was deleted. Sign in again.',
  unreadable: {
    oauth: 'This entry is damaged. Sign in again to repair it.',
    key: 'This entry is damaged. Replace the key to repair it.',
    other: 'This entry is damaged. Add it again to repair it.'
  },
  expiredOauth: 'This token expired. Sign in again to replace it.',
  expiredKey: (name: string) => `This key expired. Create a new one at ${name}.`,
  failing: (name: string, next: string) => `Can’t reach ${name}. ${next}`,
  suspect: (name: string, next: string) => `${name} sent an invalid response. ${next}`,
  givenUp: (name: string) => `${name} sent three invalid responses. Retry, or sign in again.`,
  retryingIn: (amount: string) => `Retrying in ${amount}.`,
  retrying: 'Retrying now.',
  retryByHand: 'Retry now, or check your network.',
  locked: 'The keychain is locked, so Latchkey can’t use this credential. Nothing is lost.',
  expiringOauth: 'This token expires soon. Sign in again to avoid a gap.',
  expiringKey: (name: string) => `This key expires soon. Create a new one at ${name} and replace it here.`,
  expiringRenew: 'This token expires soon. Refresh it now.',
  tooOld: (name: string) => `${name} limits how long a sign-in lasts. Sign in again before the time shown.`,
  idle: (name: string) => `${name} ends unused sign-ins. Refresh or use this one before the time shown.`
} as const
