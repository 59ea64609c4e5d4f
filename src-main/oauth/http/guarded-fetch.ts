import type { ClockSkew } from '#shared/clock-skew.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { LONGEST_RETRY_AFTER, SECOND } from '../../core/tokens/lifetime.ts'

/** The network, as the composition root gives it: Electron's `session.fetch` or Node's `fetch`. */
export type FetchPort = (url: string, init: RequestInit) => Promise<Response>

export type GuardedRequest = {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly signal: AbortSignal | null
}

export type Limits = { readonly timeoutMs: number; readonly maxBytes: number }

/** A whole answer, read within the limits. */
export type GuardedAnswer = {
  readonly status: number
  /** Media type in lower case, without parameters; empty if there is none. */
  readonly contentType: string
  readonly text: string
}

/** Facts from the headers that some callers need besides the answer. */
type Hints = {
  readonly challenge: string | null
  readonly dpopNonce: string | null
  readonly retryAfterMs: number | null
}

/**
 * Sends one request without cookies, cache or redirects and reads the answer within the limits. Throws only
 * TransportError, for each failure that says nothing about the request itself: network, time-out, redirect,
 * 408, 429, 5xx, an answer that is too large. A redirect is never followed, because the code or the token
 * would be sent to the next server. A request whose answer is not read to its end is aborted, because
 * Electron continues it after its body was cancelled.
 */
export async function guardedFetch(
  fetchPort: FetchPort,
  request: GuardedRequest,
  limits: Limits
): Promise<GuardedAnswer & Hints> {
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  const ending = new AbortController()
  const signals = request.signal === null ? [timeout] : [timeout, request.signal]
  try {
    const response = await fetchPort(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.any([ending.signal, ...signals])
    })
    refuseTransport(response)
    const text = await readWithin(response, limits.maxBytes)
    const contentType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
    return {
      status: response.status,
      contentType,
      text,
      challenge: response.headers.get('www-authenticate'),
      dpopNonce: response.headers.get('dpop-nonce'),
      retryAfterMs: readRetryAfter(response.headers.get('retry-after'), Date.now())
    }
  } catch (error) {
    ending.abort()
    if (error instanceof TransportError) throw error
    throw new TransportError(timeout.aborted ? 'timeout' : kindOf(error))
  }
}

/**
 * Returns the kind of a network failure. Electron's session.fetch rejects a redirect where others answer 3xx;
 * the message is examined and not passed on.
 */
function kindOf(error: unknown): 'redirect' | 'network' | 'no-connection' | 'certificate' {
  if (!(error instanceof Error)) return 'network'
  if (/redirect was cancell?ed/i.test(error.message)) return 'redirect'
  const code: unknown = error.cause instanceof Error ? Reflect.get(error.cause, 'code') : null
  const isOf = (words: RegExp, codes: ReadonlySet<string>): boolean =>
    words.test(error.message) || (typeof code === 'string' && codes.has(code))
  if (isOf(UNTRUSTED, UNTRUSTED_CODES)) return 'certificate'
  const isUnsent = isOf(UNSENT, UNSENT_CODES)
  return isUnsent ? 'no-connection' : 'network'
}

/** Chromium's names, Node's codes and our own for a connection that was never made. */
const UNSENT =
  /net::ERR_(INTERNET_DISCONNECTED|NAME_NOT_RESOLVED|CONNECTION_REFUSED|ADDRESS_UNREACHABLE|PROXY_CONNECTION_FAILED|TUNNEL_CONNECTION_FAILED)/
const UNTRUSTED = /net::ERR_(CERT|SSL)_[A-Z_]+/
const UNTRUSTED_CODES: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERTIFICATE_REFUSED'
])
const UNSENT_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'PROXY_REFUSED',
  // policy.yaml names the way out, and is not valid.
  'CONFIG_INVALID'
])

function refuseTransport(response: Response): void {
  const { status, type } = response
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) fail(response, 'redirect')
  if (status === 408 || status === 429 || status >= 500) fail(response, 'status')
}

function fail(response: Response, kind: 'redirect' | 'status'): never {
  throw new TransportError(
    kind,
    response.status,
    readRetryAfter(response.headers.get('retry-after'), Date.now())
  )
}

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3), seconds or a date, as ms, capped at one hour; null if
 * absent, past or invalid.
 */
export function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null
  const text = value.trim()
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER) : null
}

async function readWithin(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    // Leaving the loop by a throw cancels the stream.
    if (size > maxBytes) throw new TransportError('too-large', response.status)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Tolerated difference in ms, small enough for every margin that is kept. */
const TOLERATED = 5 * 60_000
const MINUTE = 60_000

/**
 * Wraps the network and reads the `Date` of every answer (RFC 9110 section 6.6.1). `tell` gets the difference
 * between this computer's clock and that of the provider, once and again when it changes, and null as soon as
 * an answer agrees with the clock. Tokens are dated by the local clock alone, so a wrong clock only has to be
 * reported.
 */
export function watchClock(
  fetchPort: FetchPort,
  now: () => Date,
  tell: (skew: ClockSkew | null) => void
): FetchPort {
  /** Milliseconds that the clock was ahead when that was last told; null: it was right. */
  let told: number | null = null
  return async (url, init) => {
    const sent = now().getTime()
    const response = await fetchPort(url, init)
    const received = now().getTime()
    const theirs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isFinite(theirs)) look(url, aheadBy(theirs, sent, received))
    return response
  }

  function look(url: string, ahead: number): void {
    const isOff = Math.abs(ahead) > TOLERATED
    if (!isOff && told === null) return
    if (isOff && told !== null && Math.abs(ahead - told) <= TOLERATED) return
    told = isOff ? ahead : null
    tell(isOff ? { minutesAhead: Math.round(ahead / MINUTE), host: new URL(url).host } : null)
  }
}

/**
 * Milliseconds that this computer's clock is ahead; negative: behind. Within the span from request to answer,
 * which is long for a slow request or a clock that was set meanwhile, nothing is certain and the result is 0.
 */
function aheadBy(theirs: number, sent: number, received: number): number {
  const [from, to] = [Math.min(sent, received), Math.max(sent, received)]
  return theirs < from ? from - theirs : Math.min(0, to - theirs)
}
