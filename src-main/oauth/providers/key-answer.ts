import type { KeyAnswer } from '../../core/ports.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { isRecord } from '../http/json.ts'

/**
 * The part of an answer that shows whether a key works: the status; `ok` and `error`, if the status is always
 * 200; or the viewer in the answer to a query.
 */
export type Verdict = 'status' | 'ok' | 'viewer'

type Answered = { readonly status: number; readonly text: string; readonly host: string }

/** Describes a service's answer about a key in fixed words; no text of the answer is shown. */
export function keyAnswer(verdict: Verdict, { status, text, host }: Answered): KeyAnswer {
  if (verdict === 'viewer') return judgeViewer(status, text, host)
  return verdict === 'ok' && status === 200 ? judgeWord(text, host) : judge(status, text, host)
}

/** Judges an answer of GraphQL, which reports the result of a query with any status. */
function judgeViewer(status: number, text: string, host: string): KeyAnswer {
  const { data, errors } = wordsOf(text)
  if (status === 200 && isRecord(data) && isRecord(data['viewer'])) return accepted(host)
  if (Array.isArray(errors) && errors.some(isAuthenticationError)) return refused(host)
  return status === 401 ? refused(host) : tellsNothing(host)
}

function isAuthenticationError(error: unknown): boolean {
  const extensions = isRecord(error) ? error['extensions'] : null
  return isRecord(extensions) && extensions['type'] === 'authentication error'
}

/**
 * Slack's words for a key that does not work. Any other word, such as one for a limit, says nothing about the
 * key.
 */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
  'account_inactive'
])

function judgeWord(text: string, host: string): KeyAnswer {
  const { ok, error } = wordsOf(text)
  if (ok === true) return accepted(host)
  return ok === false && REFUSALS.has(error) ? refused(host) : tellsNothing(host)
}

const accepted = (host: string): KeyAnswer => ({ works: 'yes', text: `${host} accepted the key.` })
const refused = (host: string): KeyAnswer => ({ works: 'no', text: `${host} does not accept the key.` })
const tellsNothing = (host: string): KeyAnswer => ({
  works: 'unknown',
  text: `${host} gave an answer that tells nothing about the key.`
})

function isDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

type Words = Readonly<Partial<Record<'ok' | 'error' | 'data' | 'errors', unknown>>>

function wordsOf(text: string): Words {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    // The error quotes the answer, so it is not passed on.
    return {}
  }
}

/**
 * Judges an answer by its status. 403 also comes for a working key with few permissions, so it does not
 * decide. A service answers a valid key with a JSON document; a page with 200 comes from something in
 * between.
 */
function judge(status: number, text: string, host: string): KeyAnswer {
  if (status === 200 && isDocument(text)) return accepted(host)
  if (status >= 200 && status < 300) return tellsNothing(host)
  if (status === 401) return { works: 'no', text: `${host} answered 401: it does not accept the key.` }
  if (status === 403) {
    const text = `${host} answered 403: the key has no access to this request. It may still work for its own purpose.`
    return { works: 'unknown', text }
  }
  return { works: 'unknown', text: `${host} answered ${status}, which tells nothing about the key.` }
}

/**
 * The answer after a failure. Only its kind is shown: messages of the network layer quote the data that
 * failed.
 */
export function nothingLearned(error: unknown, host: string): KeyAnswer {
  const failure = error instanceof TransportError ? failureText(error, host) : `${host} could not be asked.`
  return { works: 'unknown', text: `${failure} That tells nothing about the key.` }
}

function failureText({ kind, status }: TransportError, host: string): string {
  switch (kind) {
    case 'timeout':
      return `${host} did not answer in time.`
    case 'network':
    case 'no-connection':
    case 'certificate':
      return `${host} could not be reached.`
    case 'redirect':
      return `${host} sent the request on to another address, which was not followed.`
    default:
      return status === null ? `${host} gave an unusual answer.` : `${host} answered ${String(status)}.`
  }
}
