import type { CredentialRef } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { OAuthGrant } from '../credential-record.ts'

/**
 * Returns service and account for a message. Both were typed by the person or cleaned when they were saved.
 */
function nameOf(ref: CredentialRef): string {
  return cleanText(`${ref.service} (${ref.account})`, '?')
}

/** How to sign in, at a terminal too; a service in a command needs no quotes. */
const byCommand = ({ service }: CredentialRef): string => `or with “latchkey sign-in ${service}”`

/** The command that adds a scope; nothing for one that a shell could read otherwise, because a program names it. */
const byScope = ({ account, service }: CredentialRef, scope: string): string =>
  [account, scope].every((text) => /^[\w@.:/+-]{1,100}$/.test(text))
    ? `, or with “latchkey sign-in ${service} --account ${account} --scope ${scope}”`
    : ''

/** Nothing is stored for this service and account. */
export function noSignIn(ref: CredentialRef): VaultError {
  return new VaultError('SIGN_IN_REQUIRED', {
    message: `There is no sign-in for ${nameOf(ref)} yet. Sign in to it in Latchkey, ${byCommand(ref)}.`
  })
}

/** The token has expired and cannot be refreshed. */
export function signInExpired(ref: CredentialRef): VaultError {
  return new VaultError('SIGN_IN_REQUIRED', {
    message: `The sign-in for ${nameOf(ref)} has expired and can’t be refreshed. Sign in again in Latchkey, ${byCommand(ref)}.`
  })
}

/** The provider has replaced the refresh token, but its answer was not saved. */
function rotationLost(ref: CredentialRef): VaultError {
  return new VaultError('ROTATION_LOST', {
    message:
      `The last refresh of ${nameOf(ref)} was interrupted before its answer was stored, and the provider has already replaced ` +
      `the token. Nothing was deleted. Sign in again in Latchkey, ${byCommand(ref)}.`
  })
}

/** The client was changed since the sign-in, and the provider refuses it. */
function clientChanged(ref: CredentialRef): VaultError {
  return new VaultError('CLIENT_CHANGED', {
    message:
      `The client ID or the client secret of ${nameOf(ref)} was changed after the sign-in, and the provider refuses ` +
      `it. Nothing was revoked. Put the former client back, or sign in again in Latchkey, ${byCommand(ref)}.`
  })
}

/**
 * Returns the real reason of a refusal: a client that was changed since the sign-in, or a rotation whose
 * answer was lost. `mark` is that of the client in use; `isOpen`: an earlier refresh with this token has no
 * outcome. Every other error is returned as it is.
 */
export function reasonOf(
  grant: OAuthGrant,
  refused: unknown,
  { mark, isOpen }: { readonly mark: string; readonly isOpen: boolean }
): unknown {
  const code = refused instanceof VaultError ? refused.code : null
  if (code !== 'REFRESH_REJECTED' && code !== 'CLIENT_REFUSED') return refused
  if (grant.clientMark !== null && grant.clientMark !== mark) return clientChanged(grant.ref)
  return code === 'REFRESH_REJECTED' && isOpen ? rotationLost(grant.ref) : refused
}

/** The stored API key has reached the expiry that its owner gave it. */
export function keyExpired(ref: CredentialRef): VaultError {
  return new VaultError('SIGN_IN_REQUIRED', {
    message: `The API key for ${nameOf(ref)} has expired. Store a new one in Latchkey.`
  })
}

/**
 * The sign-in works but lacks `scope`, which the caller needs: the person withheld it, or it was never
 * requested.
 */
export function scopeMissing(
  { ref, scopesRequested }: Pick<OAuthGrant, 'ref' | 'scopesRequested'>,
  scope: string
): VaultError {
  const shown = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope) ? scope : 'asked for'
  const name = nameOf(ref)
  const message = scopesRequested.includes(scope)
    ? `The sign-in for ${name} was made without the scope ${shown}, which was not granted. Sign in again in Latchkey and allow it, ${byCommand(ref)}.`
    : `This needs more access: the sign-in for ${name} did not request the scope ${shown}. Sign in again in Latchkey with this scope added to the others${byScope(ref, scope)}.`
  return new VaultError('SCOPE_MISSING', { message })
}

/** A refresh was requested for a credential that is not a sign-in. */
export function notRenewable(): VaultError {
  return new VaultError('INVALID_REQUEST', { message: 'Only a sign-in can be refreshed.' })
}

/**
 * Meaning of a failed refresh for its grant. `retry`: none; it is tried again automatically. `reauth`: the
 * grant has ended. `reauth-scope`: the person has to consent again. `fix-client`: the client is wrong.
 * `suspect`: the answer makes no sense; after spaced tries a person has to look. Nothing is ever deleted.
 */
export type FailureClass = 'retry' | 'reauth' | 'reauth-scope' | 'fix-client' | 'suspect'

const classes: ReadonlyMap<ProblemCode, FailureClass> = new Map([
  ['REFRESH_UNREACHABLE', 'retry'],
  ['CERTIFICATE_REFUSED', 'retry'],
  ['STORE_WRITE_FAILED', 'retry'],
  ['REFRESH_REJECTED', 'reauth'],
  ['ROTATION_LOST', 'reauth'],
  ['CLIENT_CHANGED', 'reauth'],
  ['CONSENT_REQUIRED', 'reauth-scope'],
  ['CLIENT_REFUSED', 'fix-client'],
  ['PROVIDER_REFUSED', 'suspect']
])

/** Null: the code says nothing about a grant, such as the code of a locked keychain. */
export function failureClass(code: ProblemCode): FailureClass | null {
  return classes.get(code) ?? null
}
