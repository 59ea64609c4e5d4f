// Handles every request of every frame at the browser's own target: navigation events, webRequest,
// protocol.handle, login. An interception at each page would be too late for a pop-up's first request:
// Chromium announces the pop-up first, and another DevTools client, such as Playwright, may let it run at
// once.
import { isPrevented } from './announce.ts'
import type { HostObject } from './base.ts'
import type { Json } from './cdp.ts'
import { browser, DEBUG, type Target } from './chromium.ts'
import type { ProtocolHandler } from './protocol.ts'
import { type Session, sessionOf } from './session.ts'
import { schemes } from './schemes.ts'

type Navigation = {
  event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect'
  url: string
  frameId: string
}

/** The parts of a page that its request needs. */
type Requester = HostObject<'login'> & {
  readonly id: number
  readonly targetId: string
  readonly attached: Promise<void>
  readonly session: Session
  readonly mainFrame: { readonly url: string }
  ownNavigation: boolean
  refuses(navigation: Navigation): boolean
}
type Find = (frameId: string) => Requester | undefined
type Header = { name: string; value: string }

const refused = new Set<string>()

const send = async (method: string, params: object): Promise<Json> =>
  (await browser).root.send(method, params)
const go = (requestId: string, changes: object = {}): Promise<void> =>
  send('Fetch.continueRequest', { requestId, ...changes })
const fail = (requestId: string, errorReason = 'Failed'): Promise<void> =>
  send('Fetch.failRequest', { requestId, errorReason })
const isMainFrame = ({ frameId }: Json, requester: Requester): boolean => frameId === requester.targetId

/** Handles all requests; `find` returns the page of a frame. */
export async function handleRequests(find: Find): Promise<void> {
  const { root } = await browser
  root.on('Fetch.requestPaused', (paused: Json) => {
    decide(paused, find(paused.frameId)).catch((error: unknown) => {
      if (DEBUG) console.error(error) // usually: its page is gone
      fail(paused.requestId).catch(() => undefined)
    })
  })
  root.on('Fetch.authRequired', (challenged: Json) => {
    void logIn(challenged, find(challenged.frameId)).catch(() => undefined)
  })
}

/** True for the icon of a tab, which Chromium requests by itself: Electron has no tabs. */
function isFavicon({ request, resourceType }: Json): boolean {
  return resourceType === 'Other' && new URL(request.url).pathname === '/favicon.ico'
}

function decide(paused: Json, requester: Requester | undefined): Promise<void> {
  const { requestId, frameId, responseErrorReason, responseStatusCode } = paused
  if (refused.has(frameId)) return fail(requestId, 'Aborted')
  if (isFavicon(paused)) return send('Fetch.fulfillRequest', { requestId, responseCode: 204 })
  if (responseErrorReason) return go(requestId)
  return responseStatusCode ? answered(paused, requester) : asked(paused, requester)
}

/** Returns true if the app refused a navigation that the page started. */
async function refusesStart(paused: Json, requester: Requester, url: string): Promise<boolean> {
  const { frameId, redirectedRequestId } = paused
  if (!isMainFrame(paused, requester)) {
    return (
      redirectedRequestId === undefined && requester.refuses({ event: 'will-frame-navigate', url, frameId })
    )
  }
  await requester.attached // the preload is in place before there is a document
  const isOwn = requester.ownNavigation
  requester.ownNavigation = false
  if (isOwn || redirectedRequestId !== undefined) return false
  // A reload by a test looks like one by the page, of which Electron would tell the app.
  if (url === requester.mainFrame.url.replace(/#.*/, '')) return false
  return (
    requester.refuses({ event: 'will-frame-navigate', url, frameId }) ||
    requester.refuses({ event: 'will-navigate', url, frameId })
  )
}

async function asked(paused: Json, requester: Requester | undefined): Promise<void> {
  const { requestId, request, resourceType } = paused
  const url = schemes.fromChromium(request.url)
  const { webRequest, protocol } = requester?.session ?? sessionOf('')
  if (
    requester !== undefined &&
    resourceType === 'Document' &&
    (await refusesStart(paused, requester, url))
  ) {
    return fail(requestId, 'Aborted')
  }
  const details = {
    id: requestId,
    url,
    method: request.method,
    resourceType: resourceType === 'Document' ? 'mainFrame' : resourceType.toLowerCase(),
    webContentsId: requester?.id
  }
  const before = await webRequest.ask(details)
  if (before.cancel) return fail(requestId, 'BlockedByClient')
  if (before.redirectURL) return go(requestId, { url: schemes.toChromium(before.redirectURL) })
  if (!schemes.isMapped(schemes.schemeOf(url))) return go(requestId)
  const handler = protocol.handlerFor(url)
  const { Origin: from = null } = request.headers as { Origin?: string }
  const isCrossOrigin = from !== null && from !== new URL(request.url).origin
  return handler && schemes.mayRequest(url, isCrossOrigin) ? fulfil(paused, handler, url) : fail(requestId)
}

async function fulfil({ requestId, request }: Json, handler: ProtocolHandler, url: string): Promise<void> {
  const { method, headers, postData = null } = request
  const response = await handler(new Request(url, { method, headers, body: postData }))
  const headersOf = [...response.headers].filter(([name]) => name !== 'set-cookie') // for http and https alone
  const responseHeaders = headersOf.map(([name, value]) => ({ name, value }))
  const body = Buffer.from(await response.arrayBuffer()).toString('base64')
  const answer = { requestId, responseCode: response.status, responseHeaders, body }
  return send('Fetch.fulfillRequest', answer)
}

async function answered(paused: Json, requester: Requester | undefined): Promise<void> {
  const { requestId, request, responseStatusCode, responseHeaders, resourceType, frameId } = paused
  const isRedirect = responseStatusCode >= 300 && responseStatusCode < 400 && resourceType === 'Document'
  const location: Header | undefined = isRedirect
    ? responseHeaders.find(({ name }: Header) => name.toLowerCase() === 'location')
    : undefined
  if (location === undefined || requester === undefined) return go(requestId)
  const next = /^[a-z][a-z0-9+.-]*:/i.test(location.value)
    ? location.value
    : new URL(location.value, request.url).href
  if (requester.refuses({ event: 'will-redirect', url: schemes.fromChromium(next), frameId })) {
    return fail(requestId, 'Aborted')
  }
  location.value = schemes.toChromium(next)
  return send('Fetch.continueResponse', { requestId, responseCode: responseStatusCode, responseHeaders })
}

/** HTTP authentication: the app's `login` listener answers, or the request continues without credentials. */
async function logIn(
  { requestId, request, authChallenge }: Json,
  requester: Requester | undefined
): Promise<void> {
  const { source, origin, scheme, realm } = authChallenge
  const { hostname, port } = new URL(origin)
  const isProxy = source === 'Proxy'
  const authInfo = { isProxy, scheme, host: hostname, port: Number(port) || 0, realm }
  const { promise, resolve } = Promise.withResolvers<object>()
  const callback = (username?: string, password?: string): void =>
    resolve(
      username === undefined
        ? { response: 'CancelAuth' }
        : { response: 'ProvideCredentials', username, password: password ?? '' }
    )
  const url = schemes.fromChromium(request.url)
  const args = [{ url, pid: 0 }, authInfo, callback]
  const answers = requester !== undefined && isPrevented(requester, 'login', { args })
  if (!answers) callback()
  await send('Fetch.continueWithAuth', { requestId, authChallengeResponse: await promise })
}

/**
 * Refuses a pop-up. A paused one shares its opener's process and blocks it, so it runs with all its requests
 * failing, and is then closed.
 */
export function refusePopup({ targetId, session: cdp }: Target): void {
  refused.add(targetId)
  cdp
    .send('Runtime.runIfWaitingForDebugger')
    .then(() => send('Target.closeTarget', { targetId }))
    .catch(() => undefined)
}
