// `webContents`: one Chromium page target each.
import { app } from './app.ts'
import { announce, isPrevented } from './announce.ts'
import { HostObject, PreventableEvent, type Silent } from './base.ts'
import type { Session as CdpSession } from './cdp.ts'
import { browser, closeTarget, createTarget, type Target } from './chromium.ts'
import { nativeTheme } from './desktop.ts'
import { throwWhenDestroyed } from './destroyable.ts'
import { FrameTree } from './frames.ts'
import { encode, type WebFrameMain } from './ipc.ts'
import { deliver, loadError, receiveMessages, reportNavigation } from './page-events.ts'
import { installScripts, PRELOAD_WORLD } from './page-scripts.ts'
import { Popups, type WindowOpenHandler } from './popups.ts'
import { type Session, sessionOf } from './session.ts'
import { requireIsolation, type WebPreferences } from './web-preferences.ts'
import { schemes } from './schemes.ts'

type Step = 'will-navigate' | 'will-frame-navigate' | 'will-redirect'
type Loading = 'dom-ready' | 'did-finish-load' | 'did-navigate' | 'did-navigate-in-page' | 'did-fail-load'
type Other = 'page-title-updated' | 'did-create-window' | 'login' | 'certificate-error'
type Ending = 'render-process-gone' | 'destroyed'
type Emitted = Step | Loading | Other | Ending

type Navigation = {
  event: Step
  url: string
  frameId: string
}

/** The window or view that shows the page. */
export type Owner = {
  /** The page is gone, by whichever way it was closed. */
  pageGone(): void
  focus(): void
  isFocused(): boolean
}
type PageOptions = {
  size: { width: number; height: number }
  preferences: WebPreferences | undefined
  popup?: Target
}

/** A page as the app sees it. */
export class WebContents extends HostObject<Emitted | Silent<'will-attach-webview'>> {
  static readonly all = new Map<number, WebContents>()
  static readonly byTarget = new Map<string, WebContents>()
  static #nextId = 1
  static {
    const host = ['destroy', 'emulateMedia', 'forget', 'owns', 'popup', 'refuses', 'titled']
    throwWhenDestroyed(this, { but: [...host, 'setWindowOpenHandler'] })
  }

  readonly id = WebContents.#nextId++
  /** For the host: resolves when Chromium has the page and the page has the host's scripts. */
  readonly attached: Promise<void>
  targetId = ''
  readonly frames = new FrameTree()
  ownNavigation = false // loadURL and reload: no will-navigate
  readonly #session: Session
  readonly #owner: Owner
  readonly #preload: string | undefined
  readonly #gone = Promise.withResolvers<never>()
  readonly #popups = new Popups()
  #cdp!: CdpSession
  #destroyed = false
  #title = ''

  constructor(owner: Owner, { size, preferences = {}, popup }: PageOptions) {
    super()
    requireIsolation(preferences)
    this.#owner = owner
    this.#session = preferences.session ?? sessionOf(preferences.partition ?? '')
    this.#preload = preferences.preload
    this.#gone.promise.catch(() => undefined)
    WebContents.all.set(this.id, this)
    this.#session.pages.add(this)
    if (popup) this.#adopt(popup.targetId) // before its first request
    this.attached = this.#attach(size, popup)
    this.attached.catch(() => undefined) // Chromium ended first
    announce(app, 'web-contents-created', new PreventableEvent(), this)
  }

  async #attach(size: { width: number; height: number }, popup?: Target): Promise<void> {
    await this.#session.prepared
    const browserContextId = await this.#session.contextId
    const { targetId, session: cdp } = popup ?? (await createTarget({ ...size, browserContextId }))
    this.#adopt(targetId)
    this.#cdp = cdp
    this.frames.follow(cdp, targetId)
    receiveMessages(this, cdp)
    reportNavigation(this, cdp, targetId)
    this.#popups.follow(cdp)
    cdp.on('detached', () => this.destroy())
    await Promise.all([
      cdp.send('Page.enable'),
      cdp.send('Runtime.enable'),
      cdp.send('Network.enable'),
      cdp.send('Inspector.enable'),
      cdp.send('Emulation.setEmulatedMedia', nativeTheme.asMedia()),
      installScripts(cdp, this.#preload),
      cdp.send('Runtime.runIfWaitingForDebugger')
    ])
  }
  #adopt(targetId: string): void {
    this.targetId = targetId
    WebContents.byTarget.set(targetId, this)
  }
  /** For the host: reports a navigation to the app; true if the app refused it. */
  refuses({ event, url, frameId }: Navigation): boolean {
    const isMainFrame = frameId === this.targetId
    const frame = this.frames.get(frameId) ?? null
    const fields = { url, isMainFrame, isSameDocument: false, frame, initiator: null }
    return isPrevented(this, event, { fields, args: [url, false, isMainFrame] })
  }
  owns(frameId: string): boolean {
    return this.frames.get(frameId) !== undefined
  }
  async forget(what: 'storage' | 'cache'): Promise<void> {
    await this.attached
    const { origin } = new URL(schemes.toChromium(this.mainFrame.url))
    if (what === 'cache') await this.#cdp.send('Network.clearBrowserCache')
    else if (origin !== 'null') {
      await this.#cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
    }
  }
  titled(title: string, url: string): void {
    const isUrl = url.replace(/\/$/, '').endsWith(title) || url.endsWith(title) // a page without <title>
    if (isUrl || title === 'data:text/html,' || title === this.#title) return
    this.#title = title
    announce(this, 'page-title-updated', new PreventableEvent(), title, true)
  }
  async emulateMedia(): Promise<void> {
    await this.attached
    await this.#cdp.send('Emulation.setEmulatedMedia', nativeTheme.asMedia())
  }

  popup(target: Target): void {
    const opened = this.#popups.decide(target, {
      session: this.#session,
      ...(this.#preload !== undefined && { preload: this.#preload })
    })
    if (opened) announce(this, 'did-create-window', opened.window, opened.details)
  }
  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#popups.handler = handler
  }

  send(channel: string, ...args: unknown[]): void {
    const world = this.frames.mainWorld(PRELOAD_WORLD)
    if (world !== undefined) deliver(this.#cdp, world, JSON.stringify(encode({ channel, args })))
  }
  async loadURL(url: string): Promise<void> {
    await Promise.race([this.attached, this.#gone.promise])
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', resolve))
    this.ownNavigation = true
    const navigated = this.#cdp.send('Page.navigate', { url: schemes.toChromium(url) })
    const { errorText, loaderId } = await Promise.race([navigated, this.#gone.promise])
    if (errorText !== undefined) {
      const error = loadError(errorText, url)
      if (error.code !== 'ERR_ABORTED') this.mainFrame.navigated(schemes.toChromium(url)) // the error page is on its way
      throw error
    }
    if (loaderId === undefined) return // within the document
    await Promise.race([loaded, this.#gone.promise])
    const { targetInfo } = await (
      await browser
    ).root.send('Target.getTargetInfo', { targetId: this.targetId })
    this.titled(targetInfo.title, targetInfo.url)
  }
  reload(): void {
    this.ownNavigation = true
    void this.#cdp.send('Page.reload').catch(() => undefined)
  }
  async executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    await this.attached
    const options = { awaitPromise: true, returnByValue: true, userGesture }
    const { result, exceptionDetails } = await this.#cdp.send('Runtime.evaluate', {
      expression: code,
      ...options
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  getURL(): string {
    const { url } = this.mainFrame
    return url === 'about:blank' ? '' : url
  }
  getTitle(): string {
    return this.#title
  }
  get session(): Session {
    return this.#session
  }
  get mainFrame(): WebFrameMain {
    return this.frames.mainFrame
  }
  isDestroyed(): boolean {
    return this.#destroyed
  }
  isFocused(): boolean {
    return this.#owner.isFocused()
  }
  focus(): void {
    this.#owner.focus()
  }
  /** As in Electron, the page closes in a later turn, without asking its window. */
  close(_options?: { waitForBeforeUnload: boolean }): void {
    setImmediate(() => this.destroy())
  }

  /** For the host: ends the page without asking. */
  destroy(): void {
    if (this.#destroyed) return
    const error = loadError('ERR_FAILED', this.getURL())
    this.#destroyed = true
    WebContents.all.delete(this.id)
    WebContents.byTarget.delete(this.targetId)
    this.#session.pages.delete(this)
    this.#gone.reject(error)
    announce(this, 'destroyed')
    this.#owner.pageGone()
    const close = async (): Promise<void> => {
      await this.attached
      await closeTarget(this.targetId)
    }
    close().catch(() => undefined) // it was gone already
  }
}
