import { BaseWindow, type BrowserWindow, WebContentsView } from 'electron'
import type { Preferences } from '#shared/preferences.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import { type StripRequests, type StripState, stripStateChannel } from '#shared/sign-in-strip.ts'
import type { OpenSignInSurface, SignInActions, SignInView } from '../core/sign-in/surface-ports.ts'
import type { Handlers } from './ipc-server.ts'
import { surfaceColor } from './main-window.ts'
import { stripHandlers } from './strip-handlers.ts'
import type { PageOrigin } from './provider-page.ts'
import { ProviderView } from './provider-view.ts'
import { APP_ORIGIN } from './address-rules.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

const NO_PAGE: PageOrigin = { origin: null, secure: false, expected: true, failure: 'none' }
export const STRIP_PAGE = 'sign-in.html'
const STRIP_HEIGHT = 52
const SIZE = { width: 560, height: 720 }

export type SignInWindowOptions = {
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
export class SignInWindow implements OpenSignInSurface {
  readonly handlers: Handlers<StripRequests>
  readonly #options: SignInWindowOptions
  readonly #view: SignInView
  readonly #actions: SignInActions
  readonly #window: BaseWindow
  readonly #strip: WebContentsView
  #page: ProviderView | null = null
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
    return this.#page?.view.webContents.id === id
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
    const { url, redirectUri } = this.#view
    const { insecureLoopback, isPackaged } = this.#options
    const onOrigin = (origin: PageOrigin): void => this.#noteOrigin(origin)
    const page = new ProviderView({ start: url, redirectUri, insecureLoopback, isPackaged, onOrigin })
    this.#page = page
    this.#window.contentView.addChildView(page.view)
    void page.load(url)
    page.view.webContents.focus()
  }

  #dropPage(): void {
    const page = this.#page
    if (page === null) return
    this.#page = null
    this.#origin = NO_PAGE
    this.#window.contentView.removeChildView(page.view)
    page.close()
  }

  #noteOrigin(origin: PageOrigin): void {
    if (this.#page === null) return
    this.#origin = origin
    this.#actions.pageUnreachable(origin.failure === 'unreachable')
    if (origin.failure === 'embedded') this.#actions.windowRefused()
    this.#tell()
  }

  #openBrowser(): void {
    this.#options.openInBrowser(this.#url).catch(() => undefined) // the panel offers to open it again
  }

  #layout(): void {
    if (this.#window.isDestroyed()) return
    const { width, height } = this.#window.getContentBounds()
    const strip = this.#page === null ? height : STRIP_HEIGHT
    this.#strip.setBounds({ x: 0, y: 0, width, height: strip })
    this.#page?.view.setBounds({ x: 0, y: strip, width, height: height - strip })
  }

  #state(): StripState {
    const { failure, ...place } = this.#origin
    return {
      progress: this.#progress,
      ...place,
      refused: failure === 'embedded',
      unreachable: failure === 'unreachable',
      theme: this.#options.theme()
    }
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
