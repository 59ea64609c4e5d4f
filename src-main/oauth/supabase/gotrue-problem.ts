import { type ProblemCode, VaultError } from '#shared/problem.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { TokenRefusal } from '../http/token-fetch.ts'
import { providerProblem } from '../http/oauth-problem.ts'
import { KEY_REFUSED, NOT_THERE } from './gotrue-answer.ts'

const TOO_MANY_REQUESTS = 429

const KEY_TEXT = 'The project does not accept this key. Enter its current publishable key (anon).'
const BANNED = 'The project has banned this user. Ask the owner of the project.'
const WRONG = 'The project does not accept this e-mail address with this password. Check both.'
const OTHER_WAY =
  'If the project has an OAuth server, sign in to it in your browser by Add, Custom OpenID / OAuth.'
const SECOND_FACTOR = `The project wants a second factor, which Latchkey can’t ask for. ${OTHER_WAY}`

/** Sentences that tell a person what to do about an answer to their sign-in. */
const signInTexts: ReadonlyMap<string, string> = new Map(
  Object.entries({
    invalid_credentials: WRONG,
    invalid_grant: WRONG,
    user_not_found: WRONG,
    email_not_confirmed:
      'This e-mail address is not confirmed yet. Open the link in the message that the project has sent there, then sign in.',
    user_banned: BANNED,
    email_provider_disabled: `The project does not sign people in by e-mail and password. ${OTHER_WAY}`,
    captcha_failed: `The project asks for a captcha, which only a page of its own can show. ${OTHER_WAY}`,
    weak_password: 'The project wants a stronger password. Change it there, then sign in.',
    insufficient_aal: SECOND_FACTOR,
    mfa_verification_rejected: SECOND_FACTOR
  })
)

/** Codes that end a session for good. Any other code leaves it unchanged. */
const ENDED: ReadonlySet<string> = new Set([
  'invalid_grant',
  'refresh_token_not_found',
  'refresh_token_already_used',
  'session_not_found',
  'session_expired',
  'user_not_found'
])

/**
 * The error for a session without the second factor that the user has set up; such a session is of no use.
 */
export function secondFactorWanted(): VaultError {
  return new VaultError('SIGN_IN_DENIED', { message: SECOND_FACTOR })
}

/** Turns an error of a sign-in into a VaultError. No part of an answer gets into its text. */
export function signInProblem(error: unknown): VaultError {
  if (error instanceof TransportError && error.status === TOO_MANY_REQUESTS) {
    return new VaultError('PROVIDER_UNREACHABLE', {
      message: 'The project received too many sign-ins and refuses more for now. Wait a few minutes.',
      cause: error
    })
  }
  const code = codeOf(error)
  const text = signInTexts.get(code)
  if (text !== undefined) return new VaultError('SIGN_IN_DENIED', { message: text })
  return ofTheProject(code) ?? providerProblem(error, 'PROVIDER_UNREACHABLE')
}

/** Turns an error of a refresh into a VaultError, in the classes of `OAuthClient.refresh`. */
export function refreshProblem(error: unknown): VaultError {
  const code = codeOf(error)
  if (ENDED.has(code)) return new VaultError('REFRESH_REJECTED')
  // A ban may be lifted; then the same token works again.
  if (code === 'user_banned') return new VaultError('PROVIDER_REFUSED', { message: BANNED })
  if (code === 'insufficient_aal') return new VaultError('CONSENT_REQUIRED')
  return ofTheProject(code) ?? providerProblem(error, 'REFRESH_UNREACHABLE')
}

/**
 * True if an answer says that an access token no longer works. Any other answer says nothing about the token.
 */
export function isTokenOver(refusal: unknown): boolean {
  const code = codeOf(refusal)
  return code === 'bad_jwt' || code === 'user_banned' || ENDED.has(code)
}

/** Turns an error that says nothing about a checked token into a VaultError. */
export function checkProblem(error: unknown): VaultError {
  return ofTheProject(codeOf(error)) ?? providerProblem(error, 'PROVIDER_UNREACHABLE')
}

function ofTheProject(code: string): VaultError | null {
  const say = (problem: ProblemCode, message: string): VaultError => new VaultError(problem, { message })
  if (code === KEY_REFUSED) return say('CLIENT_REFUSED', KEY_TEXT)
  if (code === NOT_THERE) {
    return say('PROVIDER_REFUSED', 'There is no Supabase Auth at this address. Check the project’s address.')
  }
  return null
}

function codeOf(error: unknown): string {
  return error instanceof TokenRefusal ? (error.code ?? '') : ''
}
