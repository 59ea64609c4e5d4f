import { VaultError } from '#shared/problem.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import { Secret } from '../../core/secret.ts'
import { RotatedAlone, TransportError } from '../../core/tokens/transport-error.ts'
import { readInterval } from './device-answer.ts'
import { ExchangeSecrets, secretsSent } from './exchange-secrets.ts'
import {
  type FetchPort,
  type GuardedAnswer,
  type GuardedRequest,
  type Limits,
  guardedFetch
} from './guarded-fetch.ts'
import { type AnswerQuirks, type TokenFields, readTokenAnswer } from './token-answer.ts'
import { jsonObject } from './json.ts'

export const TOKEN_LIMITS: Limits = { timeoutMs: 15_000, maxBytes: 256 * 1024 }
/** Limits with a short time-out: the tokens to revoke are already deleted here. */
export const REVOCATION_LIMITS: Limits = { timeoutMs: 5_000, maxBytes: 256 * 1024 }
export const METADATA_LIMITS: Limits = { timeoutMs: 10_000, maxBytes: 64 * 1024 }

/**
 * The token endpoint understood the request and refused it. Holds no text of the answer except its error
 * code.
 */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal'
  readonly status: number
  readonly code: string | null
  /** Pause in seconds before the next poll, as a device authorization asks for it; null if it names none. */
  readonly interval: number | null
  /** From `Retry-After`, capped; null if there is none. */
  readonly retryAfterMs: number | null

  constructor(
    status: number,
    code: string | null,
    pause: Partial<Pick<TokenRefusal, 'interval' | 'retryAfterMs'>> = {}
  ) {
    super('The token endpoint refused the request.')
    this.status = status
    this.code = code
    this.interval = pause.interval ?? null
    this.retryAfterMs = pause.retryAfterMs ?? null
  }
}

export type TokenExchange = {
  /** Throws TransportError or TokenRefusal; answers only with well-formed tokens. */
  readonly fetch: LibraryFetch
  /**
   * Fields of the provider's answer, of which the library's result holds only a part; a scope or a type that
   * quotes a secret counts as absent. Throws if no answer has come yet.
   */
  fields(): TokenFields
  /** Secrets that were sent and received, to compare other texts of the provider with. */
  secrets(): ExchangeSecrets
}

/** openid-client's `customFetch`. */
export type LibraryFetch = (url: string, options: LibraryRequest) => Promise<Response>

type LibraryRequest = {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string | URLSearchParams | ReadableStream | Uint8Array | ArrayBuffer | null | undefined
  readonly signal?: AbortSignal | undefined
}

export type TokenExchangeOptions = {
  readonly fetchPort: FetchPort
  readonly limits: Limits
  readonly scopeSeparator: ' ' | ','
  /**
   * False: an ID token that was not requested is dropped, so that a fault in it can not cost the other
   * tokens.
   */
  readonly keepIdToken: boolean
  /** Secrets that the provider has from before and that this request does not send. */
  readonly held?: readonly string[]
  /** Default: an endpoint that follows RFC 6749. */
  readonly quirks?: EndpointQuirks
}

/** Differences of a provider's token endpoint from RFC 6749. */
export type EndpointQuirks = AnswerQuirks & Pick<OAuthProvider, 'tokenRequest'>

/**
 * One exchange with a token endpoint. It stands between the network and the library: alone, the library
 * rejects a valid answer for eight common deviations, with errors that hold the tokens.
 */
export function tokenExchange(options: TokenExchangeOptions): TokenExchange {
  let fields: TokenFields | null = null
  let secrets = new ExchangeSecrets(options.held ?? [])
  return {
    secrets: () => secrets,
    fields: () => {
      if (fields === null) throw new VaultError('INTERNAL')
      return fields
    },
    fetch: async (url, request) => {
      const sent = guarded(url, request, options.quirks?.tokenRequest)
      const raw = await guardedFetch(options.fetchPort, sent, options.limits)
      const answer = readTokenAnswer(raw, options.scopeSeparator, options.quirks)
      if (answer.kind === 'transport') {
        throw new TransportError(answer.transport, raw.status, raw.retryAfterMs)
      }
      if (answer.kind === 'rotated-alone') throw new RotatedAlone(raw.status, new Secret(answer.refreshToken))
      if (answer.kind === 'error' && answer.code === 'use_dpop_nonce') return nonceRequest(raw.dpopNonce)
      if (answer.kind === 'error') {
        const pause = { interval: readInterval(raw.text), retryAfterMs: raw.retryAfterMs }
        throw new TokenRefusal(answer.status, answer.code, pause)
      }
      secrets = secrets.with([...secretsSent(sent), ...secretsOf(answer.fields)])
      fields = unquotedFields(answer.fields, secrets)
      return wellFormed(fields, options.keepIdToken)
    }
  }
}

function secretsOf({ accessToken, refreshToken, idToken }: TokenFields): readonly string[] {
  return [accessToken, refreshToken, idToken].filter((token) => token !== null)
}

/**
 * Returns the fields without each scope or token type that quotes a secret of the exchange; both are kept in
 * the clear.
 */
export function unquotedFields(fields: TokenFields, secrets: ExchangeSecrets): TokenFields {
  const { scopes, tokenType } = fields
  return {
    ...fields,
    scopes: scopes === null ? null : secrets.unquotedOf(scopes),
    tokenType: tokenType !== null && secrets.areQuotedIn(tokenType) ? null : tokenType
  }
}

/** Fetch for endpoints whose answer is only a status, such as revocation. */
export function plainFetch(
  fetchPort: FetchPort,
  encoding: OAuthProvider['tokenRequest'] = 'form'
): LibraryFetch {
  return async (url, request) => {
    const { status } = await guardedFetch(fetchPort, guarded(url, request, encoding), TOKEN_LIMITS)
    if (status >= 400) throw new TokenRefusal(status, null)
    return new Response(null, { status: 200 })
  }
}

/**
 * Fetch for endpoints whose answer `read` turns into a response for the library. `sent`: the secrets of the
 * request.
 */
export function answerFetch(
  fetchPort: FetchPort,
  read: (answer: GuardedAnswer, sent: ExchangeSecrets) => Response,
  encoding: OAuthProvider['tokenRequest'] = 'form',
  limits: Limits = TOKEN_LIMITS
): LibraryFetch {
  return async (url, request) => {
    const sent = guarded(url, request, encoding)
    return read(await guardedFetch(fetchPort, sent, limits), new ExchangeSecrets(secretsSent(sent)))
  }
}

function guarded(
  url: string,
  request: LibraryRequest,
  encoding: OAuthProvider['tokenRequest'] = 'form'
): GuardedRequest {
  // The library sends only forms.
  const form = request.body instanceof URLSearchParams ? request.body : null
  const shared = {
    url,
    method: request.method === 'POST' ? ('POST' as const) : ('GET' as const),
    signal: request.signal ?? null
  }
  if (form === null || encoding === 'form') {
    return { ...shared, headers: request.headers, body: form === null ? null : form.toString() }
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== 'content-type')
  )
  return {
    ...shared,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(form))
  }
}

/** RFC 9449 section 8: nothing was spent; the library repeats the request with this nonce in its proof. */
function nonceRequest(nonce: string | null): Response {
  if (nonce === null || !/^[\x21-\x7e]{1,512}$/.test(nonce)) throw new TokenRefusal(400, 'use_dpop_nonce')
  return Response.json({ error: 'use_dpop_nonce' }, { status: 400, headers: { 'dpop-nonce': nonce } })
}

/**
 * An answer rebuilt with our own headers: a WWW-Authenticate beside an error would hide the error from the
 * library.
 */
function wellFormed(fields: TokenFields, keepIdToken: boolean): Response {
  const body = {
    access_token: fields.accessToken,
    token_type: 'bearer',
    ...(fields.lifetime.kind === 'seconds' ? { expires_in: fields.lifetime.seconds } : {}),
    ...(fields.refreshToken === null ? {} : { refresh_token: fields.refreshToken }),
    ...(fields.scopes === null ? {} : { scope: fields.scopes.join(' ') }),
    ...(keepIdToken && fields.idToken !== null ? { id_token: fields.idToken } : {})
  }
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
}

/**
 * Returns the JSON object of a good answer. Throws TokenRefusal for a refusal, and TransportError for an
 * answer that is not a JSON object.
 */
export function jsonAnswer(answer: GuardedAnswer): Record<string, unknown> {
  const body = jsonObject(answer.text)
  if (answer.status >= 400) throw new TokenRefusal(answer.status, errorCode(body?.['error']))
  if (body === null) throw new TransportError('unreadable', answer.status)
  return body
}

function errorCode(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.-]{1,60}$/.test(value) ? value : null
}
