import { VaultError } from '#shared/problem.ts'
import { TransportError } from '../core/transport-error.ts'
import { type FetchPort, type GuardedRequest, type Limits, guardedFetch } from './guarded-fetch.ts'
import { type TokenFields, readTokenAnswer } from './token-answer.ts'

export const TOKEN_LIMITS: Limits = { timeoutMs: 15_000, maxBytes: 256 * 1024 }
export const METADATA_LIMITS: Limits = { timeoutMs: 10_000, maxBytes: 64 * 1024 }

/** The token endpoint understood the request and said no. Holds its error code and nothing else of its answer. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal'
  readonly status: number
  readonly code: string | null

  constructor(status: number, code: string | null) {
    super('The token endpoint refused the request.')
    this.status = status
    this.code = code
  }
}

export type TokenExchange = {
  /** Throws TransportError or TokenRefusal; answers only with well-formed tokens. */
  readonly fetch: LibraryFetch
  /** What the provider said, of which the library's result tells a part. Throws before an answer has come. */
  fields(): TokenFields
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
  /** False drops an ID token nobody asked for, so that a fault in it can not cost the tokens beside it. */
  readonly keepIdToken: boolean
}

/**
 * One exchange with a token endpoint. Stands between the network and the library: bare, the library throws away a
 * valid answer for eight common deviations, and the errors it throws then hold the tokens.
 */
export function tokenExchange(options: TokenExchangeOptions): TokenExchange {
  let fields: TokenFields | null = null
  return {
    fields: () => {
      if (fields === null) throw new VaultError('INTERNAL')
      return fields
    },
    fetch: async (url, request) => {
      const raw = await guardedFetch(options.fetchPort, guarded(url, request), options.limits)
      const answer = readTokenAnswer(raw, options.scopeSeparator)
      if (answer.kind === 'transport') throw new TransportError(answer.transport, raw.status)
      if (answer.kind === 'error') throw new TokenRefusal(answer.status, answer.code)
      fields = answer.fields
      return wellFormed(answer.fields, options.keepIdToken)
    }
  }
}

/** For endpoints that answer with a status and nothing worth reading, such as revocation. */
export function plainFetch(fetchPort: FetchPort): LibraryFetch {
  return async (url, request) => {
    const { status } = await guardedFetch(fetchPort, guarded(url, request), TOKEN_LIMITS)
    if (status >= 400) throw new TokenRefusal(status, null)
    return new Response(null, { status: 200 })
  }
}

function guarded(url: string, request: LibraryRequest): GuardedRequest {
  return {
    url,
    method: request.method === 'POST' ? 'POST' : 'GET',
    headers: request.headers,
    // The library sends forms and nothing else.
    body: request.body instanceof URLSearchParams ? request.body.toString() : null,
    signal: request.signal ?? null
  }
}

/** A new answer with our own headers: a WWW-Authenticate beside an error would hide the error from the library. */
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
