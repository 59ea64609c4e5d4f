import { Secret } from '../../core/secret.ts'
import { RotatedAlone, TransportError } from '../../core/tokens/transport-error.ts'
import type { ExchangeSecrets } from '../http/exchange-secrets.ts'
import type { GuardedAnswer } from '../http/guarded-fetch.ts'
import { type TokenFields, readTokenAnswer } from '../http/token-answer.ts'
import { TokenRefusal } from '../http/token-fetch.ts'
import { isRecord, jsonObject } from '../http/json.ts'

/** Our code for the gateway's refusal of the project's key, which has no code of its own. */
export const KEY_REFUSED = 'project_key_refused'
/** Our code for an address without Supabase Auth. */
export const NOT_THERE = 'not_there'

/** The user of a session, and whether a second factor is set up. Null: the project does not say. */
export type SessionUser = {
  readonly id: string | null
  readonly email: string | null
  readonly hasSecondFactor: boolean
}

/** Messages of servers from before error codes, with the codes of today. Any other message is ignored. */
const formerWords: ReadonlyMap<string, string> = new Map([
  ['Invalid login credentials', 'invalid_credentials'],
  ['Email not confirmed', 'email_not_confirmed'],
  ['Email logins are disabled', 'email_provider_disabled'],
  ['Invalid Refresh Token: User Banned', 'user_banned']
])

/** Codes of several words, and `conflict`: a token of GoTrue is one run of small letters and digits. */
const CODE = /^(?=.{1,60}$)(?:[a-z]+(?:_[a-z]+)+|conflict)$/

/** Codes after which the same request may succeed a little later. */
const LATER: ReadonlySet<string> = new Set([
  'over_request_rate_limit',
  'conflict',
  'request_timeout',
  'hook_timeout',
  'unexpected_failure'
])

/**
 * Reads the tokens in an answer to a sign-in or a refresh. Throws TokenRefusal with the code of GoTrue's
 * error, and TransportError for an answer that says nothing.
 */
export function readTokens(answer: GuardedAnswer): TokenFields {
  const read = readTokenAnswer(answer, ' ')
  if (read.kind === 'tokens') return read.fields
  if (read.kind === 'rotated-alone') throw new RotatedAlone(answer.status, new Secret(read.refreshToken))
  if (read.kind === 'transport') throw new TransportError(read.transport, answer.status)
  throw refusalIn(answer)
}

/** The refusal of an answer with an error status. */
export function refusalIn({ status, text }: GuardedAnswer): TokenRefusal | TransportError {
  const code = codeIn(jsonObject(text) ?? {}) ?? codeOfStatus(status)
  if (code !== null && LATER.has(code)) return new TransportError('refused-for-now', status)
  return new TokenRefusal(status, code)
}

/**
 * Finds the code of an error in three shapes, oldest first: `error` with `error_description`; a number as
 * `code` with `error_code` and `msg`; a text as `code` with `message`. Null: there is none.
 */
function codeIn(body: Record<string, unknown>): string | null {
  for (const name of ['error_code', 'code']) {
    const value = body[name]
    if (typeof value === 'string' && CODE.test(value)) return value
  }
  for (const name of ['error_description', 'msg']) {
    const value = body[name]
    const known = typeof value === 'string' ? formerWords.get(value) : undefined
    if (known !== undefined) return known
  }
  const error = body['error']
  return typeof error === 'string' && CODE.test(error) ? error : null
}

/** The code for a status of the gateway: GoTrue answers a sign-in or a refresh with neither 401 nor 404. */
function codeOfStatus(status: number): string | null {
  if (status === 401) return KEY_REFUSED
  return status === 404 ? NOT_THERE : null
}

/** The user beside the tokens. A name that quotes a secret of the exchange counts as absent. */
export function readUser(answer: GuardedAnswer, secrets: ExchangeSecrets): SessionUser {
  const user = jsonObject(answer.text)?.['user']
  if (!isRecord(user)) return { id: null, email: null, hasSecondFactor: false }
  const { id, email, factors } = user
  return {
    id: typeof id === 'string' && /^[\w-]{1,100}$/.test(id) && !secrets.areQuotedIn(id) ? id : null,
    email: typeof email === 'string' && email !== '' && !secrets.areQuotedIn(email) ? email : null,
    hasSecondFactor:
      Array.isArray(factors) && factors.some((factor) => isRecord(factor) && factor['status'] === 'verified')
  }
}
