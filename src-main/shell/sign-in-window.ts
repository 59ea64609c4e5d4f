import { randomUUID } from 'node:crypto'
import { BaseWindow, type BrowserWindow, type IpcMainInvokeEvent, session, WebContentsView } from 'electron'
import type { Preferences, SignInProgress } from '#shared/ipc.ts'
import { type StripRequests, type StripState, stripStateChannel } from '#shared/sign-in-strip.ts'
import type { OpenSignInSurface, SignInActions, SignInSurface, SignInView } from '../core/ports.ts'
import type { Handlers } from './ipc-server.ts'
import { surfaceColor } from './main-window.ts'
import { stripHandlers } from './strip-handlers.ts'
import { guardProviderPage, type PageOrigin, wipeSession } from './provider-page.ts'
import { APP_ORIGIN } from './address-rules.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

const NO_PAGE: PageOrigin = { origin: null, secure: false, expected: true, refused: false }
const STRIP_PAGE = 'sign-in.html'
const STRIP_HEIGHT = 52
const SIZE = { width: 560, height: 720 }

type SignInWindowOptions = {
  readonly preload: string
  readonly trusted: TrustedSenders
  readonly insecureLoopback: boolean
  readonly isPackaged: boolean
  readonly parent: () => BrowserWindow | null
  readonly openInBrowser: (url: string) => Promise<void>
  readonly theme: () => Preferences['theme']
}

/**
 * The sign-in window: our own strip with the live origin and Cancel above the provider's page, which is a separate
 * sandboxed view with a session of its own in memory and no preload, so it can not draw over the strip. For the
 * browser and for a code the strip fills the window as the waiting panel.
 */
export class SignInWindows implements SignInSurface {
  readonly #options: SignInWindowOptions
  readonly #open = new Set<SignInWindow>()

  constructor(options: SignInWindowOptions) {
    this.#options = options
  }

  open(view: SignInView, actions: SignInActions): OpenSignInSurface {
    const window = new SignInWindow(this.#options, view, actions)
    this.#open.add(window)
    window.onClosed(() => this.#open.delete(window))
    return window
  }

  /** The strip's handlers, bound to the attempt of the window that asks; null for any other sender. */
  handlersFor(event: IpcMainInvokeEvent): Handlers<StripRequests> | null {
    if (!this.#options.trusted.accepts(event, STRIP_PAGE)) return null
    for (const window of this.#open) if (window.ownsStrip(event.sender.id)) return window.handlers
    return null
  }

  isProviderPage(id: number): boolean {
    return [...this.#open].some((window) => window.ownsPage(id))
  }
}

class SignInWindow implements OpenSignInSurface {
  readonly handlers: Handlers<StripRequests>
  readonly #options: SignInWindowOptions
  readonly #view: SignInView
  readonly #actions: SignInActions
  readonly #window: BaseWindow
  readonly #strip: WebContentsView
  #page: WebContentsView | null = null
  #origin: PageOrigin = NO_PAGE
  #progress: SignInProgress
  /** What the browser opens: the provider's page, or where a code is typed. */
  #url: string
  #closed: (() => void) | null = null

  constructor(options: SignInWindowOptions, view: SignInView, actions: SignInActions) {
    this.#options = options
    this.#view = view
    this.#actions = actions
    this.#progress = view.progress
    this.#url = view.url
    this.handlers = stripHandlers(actions, () => this.#state())
    this.#window = createWindow(view.progress.name, options.parent())
    this.#strip = new WebContentsView({
      webPreferences: { ...OWN_PAGE_PREFERENCES, preload: options.preload }
    })
    options.trusted.trust(this.#strip.webContents, STRIP_PAGE)
    this.#window.contentView.addChildView(this.#strip)
    this.#window.on('resize', () => this.#layout())
    this.#window.on('close', (event) => {
      event.preventDefault() // cancelling closes it, after the port is free
      actions.cancel()
    })
    this.#strip.webContents.loadURL(`${APP_ORIGIN}/${STRIP_PAGE}`).catch(() => undefined)
    if (view.surface === 'window') this.#showPage()
    else if (view.surface === 'browser') this.#openBrowser()
    this.#layout()
    this.#window.show()
  }

  onClosed(listener: () => void): void {
    this.#closed = listener
  }

  ownsStrip(id: number): boolean {
    return this.#strip.webContents.id === id
  }

  ownsPage(id: number): boolean {
    return this.#page?.webContents.id === id
  }

  update(progress: SignInProgress): void {
    this.#progress = progress
    if (progress.state.kind === 'other-account') {
      // The question is asked where the person is looking.
      this.#dropPage()
      this.#layout()
    }
    this.#tell()
  }

  moveToBrowser(progress: SignInProgress): void {
    this.#progress = progress
    this.#dropPage()
    this.#layout()
    this.#tell()
    this.#openBrowser()
  }

  moveToDevice(progress: SignInProgress, url: string): void {
    this.#progress = progress
    this.#url = url
    this.#dropPage()
    this.#layout()
    this.#tell()
  }

  focus(): void {
    if (!this.#window.isDestroyed()) this.#window.focus()
  }

  close(): void {
    if (this.#window.isDestroyed()) return
    this.#dropPage()
    this.#strip.webContents.close()
    this.#window.destroy()
    this.#closed?.()
  }

  #showPage(): void {
    const partition = `signin-${randomUUID()}` // without `persist:` it is in memory
    const page = new WebContentsView({
      webPreferences: { ...OWN_PAGE_PREFERENCES, devTools: !this.#options.isPackaged, partition }
    })
    this.#page = page
    guardProviderPage(page.webContents, session.fromPartition(partition), {
      start: this.#view.url,
      redirectUri: this.#view.redirectUri,
      insecureLoopback: this.#options.insecureLoopback,
      onOrigin: (origin) => {
        this.#origin = origin
        if (origin.refused) this.#actions.windowRefused()
        this.#tell()
      }
    })
    this.#window.contentView.addChildView(page)
    page.webContents.loadURL(this.#view.url).catch(() => undefined) // the page itself shows what failed
    page.webContents.focus()
  }

  #dropPage(): void {
    const page = this.#page
    if (page === null) return
    this.#page = null
    this.#origin = NO_PAGE
    this.#window.contentView.removeChildView(page)
    const { session: pageSession } = page.webContents
    page.webContents.close()
    void wipeSession(pageSession)
  }

  #openBrowser(): void {
    this.#options.openInBrowser(this.#url).catch(() => undefined) // the panel offers to open it again
  }

  #layout(): void {
    if (this.#window.isDestroyed()) return
    const { width, height } = this.#window.getContentBounds()
    const strip = this.#page === null ? height : STRIP_HEIGHT
    this.#strip.setBounds({ x: 0, y: 0, width, height: strip })
    this.#page?.setBounds({ x: 0, y: strip, width, height: height - strip })
  }

  #state(): StripState {
    return { progress: this.#progress, ...this.#origin, theme: this.#options.theme() }
  }

  #tell(): void {
    if (!this.#strip.webContents.isDestroyed()) this.#strip.webContents.send(stripStateChannel, this.#state())
  }
}

function createWindow(name: string, parent: BrowserWindow | null): BaseWindow {
  return new BaseWindow({
    ...SIZE,
    minWidth: 420,
    minHeight: 480,
    show: false,
    title: `Sign in to ${name} – Latchkey`,
    backgroundColor: surfaceColor(),
    autoHideMenuBar: true,
    ...(parent === null ? {} : { parent })
  })
}
