// `session.fetch` and `net.fetch`: Node's, with Electron's rules for cookies, redirects and errors.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const MIME: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2'
}

const NET_ERRORS: Record<string, string> = {
  ECONNREFUSED: 'ERR_CONNECTION_REFUSED',
  ECONNRESET: 'ERR_CONNECTION_RESET',
  UND_ERR_SOCKET: 'ERR_CONNECTION_CLOSED',
  ENOTFOUND: 'ERR_NAME_NOT_RESOLVED',
  EAI_AGAIN: 'ERR_NAME_NOT_RESOLVED',
  ETIMEDOUT: 'ERR_TIMED_OUT',
  UND_ERR_CONNECT_TIMEOUT: 'ERR_CONNECTION_TIMED_OUT',
  EHOSTUNREACH: 'ERR_ADDRESS_UNREACHABLE',
  ENETUNREACH: 'ERR_ADDRESS_UNREACHABLE',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'ERR_CERT_AUTHORITY_INVALID',
  SELF_SIGNED_CERT_IN_CHAIN: 'ERR_CERT_AUTHORITY_INVALID',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'ERR_CERT_AUTHORITY_INVALID',
  CERT_HAS_EXPIRED: 'ERR_CERT_DATE_INVALID',
  ERR_TLS_CERT_ALTNAME_INVALID: 'ERR_CERT_COMMON_NAME_INVALID'
}

/** Electron's option: use the network for a scheme even if the app has a handler for it. */
export type FetchInit = RequestInit & { bypassCustomProtocolHandlers?: boolean }
type Handler = (request: Request) => Response | Promise<Response>
type Surroundings = {
  readonly cookiesFor: (url: string) => Promise<string>
  readonly handlerFor: (url: string) => Handler | undefined
}

async function readLocal(url: string): Promise<Response> {
  const path = fileURLToPath(url)
  const body = await readFile(path).catch(() => {
    throw new Error('net::ERR_FILE_NOT_FOUND')
  })
  const type = MIME[extname(path)] ?? 'application/octet-stream'
  return new Response(new Uint8Array(body), { headers: { 'content-type': type } })
}

function netError(error: unknown): Error {
  const { name, cause } = error as { name?: string; cause?: { code?: string } }
  if (name === 'AbortError' || name === 'TimeoutError') return error as Error
  const code = NET_ERRORS[cause?.code ?? '']
  return code === undefined ? (error as Error) : new Error(`net::${code}`)
}

/** Headers that Chromium's network service treats as a mistake in a request (docs/api/client-request.md). */
const RESTRICTED = new Set([
  'content-length',
  'host',
  'trailer',
  'te',
  'upgrade',
  'cookie2',
  'keep-alive',
  'transfer-encoding'
])

function refuseHeaders(headers: Headers): void {
  const isUpgrade = headers.get('connection')?.toLowerCase() === 'upgrade'
  if (isUpgrade || [...headers.keys()].some((name) => RESTRICTED.has(name))) {
    throw new Error('net::ERR_INVALID_ARGUMENT')
  }
}

/** Keeps running requests, because Node drops a request without references together with its signal. */
const underWay = new Set<Request>()

/**
 * Returns the response as Electron makes it: without `url`, with cookies in one header, and with a body whose
 * cancelling leaves the request alone; an aborted one ends in an AbortError, whatever the signal's reason.
 */
function likeElectron(request: Request, response: Response): Response {
  const headers = new Headers()
  for (const name of new Set(response.headers.keys())) headers.set(name, response.headers.get(name) ?? '')
  const { status, statusText, body } = response
  if (body === null) return new Response(null, { headers, status, statusText })
  const { signal } = request
  const reader = body.getReader()
  underWay.add(request)
  signal.addEventListener('abort', () => {
    underWay.delete(request)
    reader.cancel().catch(() => undefined)
  })
  const next = async (): Promise<ReadableStreamReadResult<Uint8Array>> => {
    const result = await reader.read().catch(netError)
    if (signal.aborted) throw new DOMException('The operation was aborted', 'AbortError')
    if (result instanceof Error) throw result
    return result
  }
  const arriving = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await next()
      if (!done) return controller.enqueue(value)
      underWay.delete(request)
      controller.close()
    }
  })
  return new Response(arriving, { headers, status, statusText })
}

/**
 * As in Electron (lib/browser/api/net-fetch.ts): sends the partition's cookies unless told `credentials:
 * 'omit'`, stores no cookies of the response, and ignores `integrity`. `redirect: 'manual'` rejects at a
 * redirect, because there is no event to follow it by.
 */
export async function hostFetch(
  around: Surroundings,
  input: string | Request,
  { bypassCustomProtocolHandlers = false, ...init }: FetchInit = {}
): Promise<Response> {
  const request = new Request(input, { ...init, integrity: '' })
  request.signal.throwIfAborted()
  const handler = bypassCustomProtocolHandlers ? undefined : around.handlerFor(request.url)
  if (handler) return handler(request)
  if (request.url.startsWith('file:')) return readLocal(request.url)
  if (!/^https?:/.test(request.url)) throw new Error('net::ERR_UNKNOWN_URL_SCHEME')
  refuseHeaders(request.headers)
  const cookies = request.credentials === 'omit' ? '' : await around.cookiesFor(request.url)
  if (cookies !== '') request.headers.set('cookie', cookies)

  const followed = request.redirect === 'follow'
  const response = await fetch(request, { redirect: followed ? 'follow' : 'manual' }).catch(
    (error: unknown) => {
      throw netError(error)
    }
  )
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && response.headers.has('location')
  if (followed || !isRedirect) return likeElectron(request, response)
  await response.body?.cancel()
  throw new Error(
    request.redirect === 'manual'
      ? 'Redirect was cancelled'
      : "Attempted to redirect, but redirect policy was 'error'"
  )
}
