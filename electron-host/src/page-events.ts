// Reports Chromium's events of a page to the app as events of its webContents.
import { announce } from './announce.ts'
import { guarded, type HostObject, PreventableEvent } from './base.ts'
import type { Json, Session as CdpSession } from './cdp.ts'
import { shell } from './desktop.ts'
import { decode, encode, ipcMain } from './ipc.ts'
import { DELIVER, IPC_BINDING, PERMISSION_BINDING } from './page-scripts.ts'
import type { FrameTree } from './frames.ts'
import type { Session } from './session.ts'
import { schemes } from './schemes.ts'

const ERRORS: Record<string, number> = {
  ERR_FAILED: -2,
  ERR_ABORTED: -3,
  ERR_TIMED_OUT: -7,
  ERR_FILE_NOT_FOUND: -6,
  ERR_BLOCKED_BY_CLIENT: -20,
  ERR_CONNECTION_CLOSED: -100,
  ERR_CONNECTION_RESET: -101,
  ERR_CONNECTION_REFUSED: -102,
  ERR_NAME_NOT_RESOLVED: -105,
  ERR_ADDRESS_UNREACHABLE: -109,
  ERR_CERT_COMMON_NAME_INVALID: -200,
  ERR_CERT_DATE_INVALID: -201,
  ERR_CERT_AUTHORITY_INVALID: -202,
  ERR_EMPTY_RESPONSE: -324
}
/** Electron's status of a document that did not come over HTTP. */
const NO_ANSWER = { status: 200, statusText: 'OK' }
/** Schemes that Chromium shows by itself; every other scheme belongs to another program. */
const SHOWN = new Set([
  'http',
  'https',
  'file',
  'data',
  'blob',
  'about',
  'javascript',
  'chrome',
  'chrome-error'
])

type Told =
  | 'certificate-error'
  | 'did-fail-load'
  | 'did-finish-load'
  | 'did-navigate'
  | 'did-navigate-in-page'
  | 'dom-ready'
  | 'render-process-gone'
/** The members needed of a page; a type here, because the page itself imports this file. */
type Page = HostObject<Told> & {
  readonly frames: FrameTree
  readonly session: Session
  readonly mainFrame: { readonly frameId: string }
  getURL(): string
  isDestroyed(): boolean
  loadURL(url: string): Promise<unknown>
  refuses(navigation: {
    event: 'will-navigate' | 'will-frame-navigate'
    url: string
    frameId: string
  }): boolean
}

/** Returns the error with which loadURL rejects. */
export function loadError(text: string, url: string): Error & { code: string; errno: number } {
  const code = text.replace('net::', '')
  const errno = ERRORS[code] ?? -2
  return Object.assign(new Error(`${code} (${errno}) loading '${url}'`), { code, errno, url })
}

/** Reports navigation, loading and the end of the page. */
export function reportNavigation(page: Page, cdp: CdpSession, mainFrameId: string): void {
  const on = (event: string, listener: (params: Json) => void): void => {
    cdp.on(event, (params: Json) => {
      if (!page.isDestroyed()) listener(params)
    })
  }
  const documents = new Map<string, string>()
  let answered: { loaderId: string; status: number; statusText: string } | null = null
  let showsError = false
  on('Page.frameNavigated', ({ frame }: Json) => {
    page.frames.get(frame.id)?.navigated(frame.unreachableUrl ?? frame.url)
    if (frame.id !== mainFrameId) return
    showsError = frame.unreachableUrl !== undefined
    if (showsError) return
    const answer = answered !== null && answered.loaderId === frame.loaderId ? answered : NO_ANSWER
    announce(page, 'did-navigate', new PreventableEvent(), page.getURL(), answer.status, answer.statusText)
  })
  on('Network.responseReceived', ({ requestId, loaderId, frameId, response }: Json) => {
    if (requestId !== loaderId || frameId !== mainFrameId) return
    answered = { loaderId, status: response.status, statusText: response.statusText }
  })
  on('Page.navigatedWithinDocument', ({ frameId, url }: Json) => {
    page.frames.get(frameId)?.navigated(url)
    const shown = schemes.fromChromium(url)
    announce(page, 'did-navigate-in-page', new PreventableEvent(), shown, frameId === mainFrameId)
  })
  on('Page.domContentEventFired', () => announce(page, 'dom-ready', new PreventableEvent()))
  on('Page.loadEventFired', () => {
    if (page.getURL() !== '' && !showsError) announce(page, 'did-finish-load')
  })
  on('Network.requestWillBeSent', ({ requestId, loaderId, frameId, documentURL }: Json) => {
    if (requestId === loaderId && frameId === mainFrameId) documents.set(requestId, documentURL)
  })
  on('Network.loadingFailed', ({ requestId, errorText }: Json) => {
    const url = documents.get(requestId)
    if (url !== undefined) reportFailure(page, errorText, schemes.fromChromium(url))
  })
  on('Network.loadingFinished', ({ requestId }: Json) => documents.delete(requestId))
  on('Page.frameRequestedNavigation', ({ frameId, url, disposition }: Json) => {
    if (frameId === mainFrameId && disposition === 'currentTab') void leaveChromium(page, url)
  })
  on('Inspector.targetCrashed', () =>
    announce(page, 'render-process-gone', new PreventableEvent(), { reason: 'crashed', exitCode: 1 })
  )
}

function trustCertificate(isTrusted: boolean): void {
  if (isTrusted) throw new Error('electron host: trusting a certificate is not implemented')
}

/** As in Electron, a navigation that was refused or overtaken is not reported. */
function reportFailure(page: Page, errorText: string, url: string): void {
  const { code, errno } = loadError(errorText, url)
  if (code === 'ERR_ABORTED') return
  if (code.startsWith('ERR_CERT')) {
    announce(
      page,
      'certificate-error',
      new PreventableEvent(),
      url,
      `net::${code}`,
      {},
      trustCertificate,
      true
    )
  }
  announce(page, 'did-fail-load', new PreventableEvent(), errno, code, url, true, 0, 0)
}

/** Handles a page's own navigation to app:// or mailto:, which Chromium drops without a request. */
async function leaveChromium(page: Page, url: string): Promise<void> {
  const scheme = schemes.schemeOf(url)
  if (SHOWN.has(scheme)) return
  const { frameId } = page.mainFrame
  if (page.refuses({ event: 'will-frame-navigate', url, frameId })) return
  if (page.refuses({ event: 'will-navigate', url, frameId })) return
  if (schemes.isMapped(scheme)) return void page.loadURL(url).catch(() => undefined)
  const details = { isMainFrame: true, requestingUrl: page.getURL(), externalURL: url }
  if (await page.session.permissions.request(page, 'openExternal', details)) await shell.openExternal(url)
}

/** Receives the messages that the page's worlds send through their doors. */
export function receiveMessages(page: Page, cdp: CdpSession): void {
  cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }: Json) => {
    if (name === IPC_BINDING) void receiveIpc(page, cdp, payload, executionContextId)
    if (name === PERMISSION_BINDING) void receiveQuestion(page, cdp, payload, executionContextId)
  })
}

/** Sends a message to the world with a door, which may be gone by now. */
export function deliver(cdp: CdpSession, contextId: number, message: string): void {
  const expression = `${DELIVER}(${message})`
  cdp.send('Runtime.evaluate', { expression, contextId }).catch(() => undefined)
}

/** Handles ipcRenderer.send and .invoke. */
async function receiveIpc(page: Page, cdp: CdpSession, payload: string, contextId: number): Promise<void> {
  const { id, channel, args } = decode(payload) as { id?: number; channel: string; args: unknown[] }
  const reply = (message: object): void => deliver(cdp, contextId, JSON.stringify(encode(message)))
  const senderFrame = page.frames.ofWorld(contextId)
  const place = { sender: page, senderFrame, processId: 1, frameId: 1, type: 'frame' }
  if (id === undefined) {
    const answer = (to: string, ...values: unknown[]): void => reply({ channel: to, args: values })
    announce(ipcMain, channel, guarded('IpcMainEvent', { ...place, ports: [], reply: answer }), ...args)
    return
  }
  try {
    const handler = ipcMain.handler(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    reply({ id, value: await handler(guarded('IpcMainInvokeEvent', place), ...args) })
  } catch (error) {
    reply({ id, error: `Error invoking remote method '${channel}': ${String(error)}` })
  }
}

async function receiveQuestion(
  page: Page,
  cdp: CdpSession,
  payload: string,
  contextId: number
): Promise<void> {
  const answer = await page.session.permissions.answer(page, JSON.parse(payload))
  deliver(cdp, contextId, JSON.stringify(answer))
}
