import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { TransportError } from '../../core/tokens/transport-error.ts'
import type { FetchPort } from './guarded-fetch.ts'
import { readRetryAfter } from './guarded-fetch.ts'
import { TokenRefusal, tokenExchange } from './token-fetch.ts'

const NOW = Date.parse('2026-11-21T10:00:00Z')
const json = { 'content-type': 'application/json' }
const tokens = JSON.stringify({
  access_token: 'cnry-access',
  token_type: 'weird',
  refresh_token: 'cnry-refresh',
  id_token: 'cnry-id'
})

function exchange(fetchPort: FetchPort, keepIdToken = false) {
  return tokenExchange({
    fetchPort,
    limits: { timeoutMs: 50, maxBytes: 1000 },
    scopeSeparator: ' ',
    keepIdToken
  })
}

const post = { method: 'POST', headers: {}, body: new URLSearchParams({ grant_type: 'refresh_token' }) }
const call = (fetchPort: FetchPort): Promise<Response> =>
  exchange(fetchPort).fetch('https://as.example/token', post)
const answering =
  (body: string, init: ResponseInit): FetchPort =>
  async () =>
    new Response(body, init)

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => null,
    (error: unknown) => error
  )
}

describe('a request to a token endpoint', () => {
  it('carries no cookies, is not cached, follows no redirect and names no referrer', async () => {
    const seen: RequestInit[] = []
    await call(async (_url, init) => {
      seen.push(init)
      return new Response(tokens, { headers: json })
    })
    expect(seen[0]).toMatchObject({
      method: 'POST',
      body: 'grant_type=refresh_token',
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      referrerPolicy: 'no-referrer'
    })
  })
})

describe('what tells nothing about the grant', () => {
  const rows: [string, FetchPort, Partial<TransportError>][] = [
    ['408', answering('', { status: 408 }), { kind: 'status', status: 408 }],
    [
      '429 with Retry-After',
      answering('{"error":"invalid_grant"}', { status: 429, headers: { 'retry-after': '90' } }),
      { kind: 'status', status: 429, retryAfterMs: 90_000 }
    ],
    [
      '500 with an OAuth error',
      answering('{"error":"invalid_grant"}', { status: 500, headers: json }),
      { kind: 'status', status: 500 }
    ],
    ['503', answering('', { status: 503 }), { kind: 'status', status: 503, retryAfterMs: null }],
    [
      'a refusal for now, with Retry-After',
      answering('{"error":"temporarily_unavailable"}', {
        status: 400,
        headers: { ...json, 'retry-after': '90' }
      }),
      { kind: 'refused-for-now', status: 400, retryAfterMs: 90_000 }
    ],
    [
      'a redirect',
      answering('', { status: 307, headers: { location: 'https://elsewhere.example' } }),
      { kind: 'redirect', status: 307 }
    ],
    ['a page of HTML', answering('<html>', { headers: { 'content-type': 'text/html' } }), { kind: 'html' }],
    ['more than the limit', answering('x'.repeat(1001), { headers: json }), { kind: 'too-large' }],
    [
      'a broken connection',
      () => Promise.reject(new TypeError('fetch failed: cnry-access')),
      { kind: 'network' }
    ],
    [
      'a closed port',
      () =>
        Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error('cnry'), { code: 'ECONNREFUSED' }) })
        ),
      { kind: 'no-connection' }
    ],
    [
      'a computer without a network, in Chromium’s words',
      () => Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED')),
      { kind: 'no-connection' }
    ],
    [
      'an untrusted certificate',
      () =>
        Promise.reject(
          new TypeError('fetch failed', {
            cause: Object.assign(new Error('cnry'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
          })
        ),
      { kind: 'certificate' }
    ],
    [
      'a certificate that has ended, in Chromium’s words',
      () => Promise.reject(new Error('net::ERR_CERT_DATE_INVALID')),
      { kind: 'certificate' }
    ],
    [
      'a redirect that was rejected',
      () => Promise.reject(new Error('Redirect was cancelled')),
      { kind: 'redirect' }
    ],
    [
      'silence',
      (_url, { signal }) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(new Error('aborted')))
        ),
      { kind: 'timeout' }
    ],
    [
      'a body that never ends',
      async (_url, { signal }) => new Response(endless(signal), { headers: json }),
      { kind: 'timeout' }
    ]
  ]
  it.each(rows)('%s', async (_name, fetchPort, expected) => {
    const error = await thrown(call(fetchPort))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject(expected)
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('cnry')
  })
})

function endless(signal: AbortSignal | null | undefined): ReadableStream {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('{'))
      signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
    }
  })
}

describe('what the library gets to see', () => {
  it('is a well-formed answer of type bearer, while the original type is kept beside it', async () => {
    const one = exchange(answering(tokens, { headers: { ...json, 'www-authenticate': 'DPoP' } }))
    const response = await one.fetch('https://as.example/token', post)
    expect(await response.json()).toEqual({
      access_token: 'cnry-access',
      token_type: 'bearer',
      refresh_token: 'cnry-refresh'
    })
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(one.fields().tokenType).toBe('weird')
  })

  it('has an ID token only where one was asked for', async () => {
    const one = exchange(answering(tokens, { headers: json }), true)
    const response = await one.fetch('https://as.example/token', post)
    expect(await response.json()).toMatchObject({ id_token: 'cnry-id' })
  })

  it('is the error code alone, also behind a WWW-Authenticate', async () => {
    const body = '{"error":"invalid_grant","error_description":"cnry-refresh is dead"}'
    const headers = { ...json, 'www-authenticate': 'Basic realm="x"' }
    const error = await thrown(call(answering(body, { status: 401, headers })))
    expect(error).toBeInstanceOf(TokenRefusal)
    expect(error).toMatchObject({ code: 'invalid_grant', status: 401 })
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('cnry')
  })
})

describe('Retry-After', () => {
  const rows: [string | null, number | null][] = [
    [null, null],
    ['0', null],
    ['120', 120_000],
    [' 5 ', 5000],
    ['999999', 3_600_000],
    ['Sat, 21 Nov 2026 10:02:00 GMT', 120_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', null],
    ['soon', null],
    ['-5', null]
  ]
  it.each(rows)('%s is %s ms', (value, expected) => {
    expect(readRetryAfter(value, NOW)).toBe(expected)
  })
})
