import { BaseWindow, type BrowserWindow } from 'electron'
import type { Preferences } from '#shared/preferences.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { StripRequests, StripState } from '#shared/sign-in-strip.ts'
import type { OpenSignInSurface, SignInActions, SignInView } from '../core/sign-in/surface-ports.ts'
import type { Handlers } from './ipc-server.ts'
import { surfaceColor } from './main-window.ts'
import type { PageOrigin } from './provider-page.ts'
import { ProviderView } from './provider-view.ts'
import { StripView } from './strip-view.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { VaultError } from '#shared/problem.ts'

const NO_PAGE: PageOrigin = { origin: null, secure: false, expected: true, failure: 'none' }
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
 * The sign-in window: our own strip with the live origin and Cancel above the provider's page, which is a
 * separate sandboxed view with a session of its own in memory and no preload, so it can not draw over the
 * strip. For a sign-in in the browser or by a code, the strip fills the window as the waiting panel. The end
 * of the window, the page or the strip cancels the attempt, no matter whether the person or the page caused
 * it.
 */
export class SignInWindow implements OpenSignInSurface {
  readonly handlers: Handlers<StripRequests>
  readonly #options: SignInWindowOptions
  readonly #view: SignInView
  readonly #actions: SignInActions
  readonly #window: BaseWindow
  readonly #strip: StripView
  #page: ProviderView | null = null
  #origin: PageOrigin = NO_PAGE
  #progress: SignInProgress
  /** Address that the browser opens: the provider's page, or the page where a code is typed. */
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
    const { preload, trusted } = options
    this.#strip = new StripView({ preload, trusted, onGone: actions.cancel })
    this.#window.contentView.addChildView(this.#strip.view)
    this.#window.on('resize', () => this.#layout())
    this.#window.on('close', (event) => {
      event.preventDefault() // cancelling closes it
      actions.cancel()
    })
    this.#window.on('closed', () => this.#end())
    if (view.surface === 'window') this.#showPage()
    else if (view.surface === 'browser') this.#openBrowser()
    this.#layout()
    this.#window.show()
  }

  onClosed(listener: () => void): void {
    this.#closed = listener
  }

  ownsStrip(id: number): boolean {
    return this.#strip.id === id
  }

  ownsPage(id: number): boolean {
    return this.#page?.id === id
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

  /** Closes the window in a later turn, because Electron can not end it inside one of its own events. */
  close(): void {
    this.#dropPage()
    setImmediate(() => this.#window.destroy()) // a second call does nothing
  }

  /** Runs when the window is gone, also if the main window took it along. */
  #end(): void {
    this.#dropPage()
    this.#strip.close()
    this.#actions.cancel()
    this.#closed?.()
  }

  #showPage(): void {
    const { url, redirectUri } = this.#view
    const { insecureLoopback, isPackaged } = this.#options
    const onOrigin = (origin: PageOrigin): void => this.#noteOrigin(origin)
    const onGone = (): void => {
      if (this.#page === page) this.#actions.cancel()
    }
    const rules = { start: url, redirectUri, insecureLoopback, onOrigin }
    const page = new ProviderView({ ...rules, isPackaged, onGone })
    this.#page = page
    this.#window.contentView.addChildView(page.view)
    void page.load(url)
    page.focus()
  }

  #dropPage(): void {
    const page = this.#page
    if (page === null) return
    this.#page = null
    this.#origin = NO_PAGE
    if (!this.#window.isDestroyed()) this.#window.contentView.removeChildView(page.view)
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
    this.#strip.view.setBounds({ x: 0, y: 0, width, height: strip })
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
    this.#strip.show(this.#state())
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

/** Handlers of the buttons of one sign-in window; all act on the attempt that it was opened for. */
function stripHandlers(actions: SignInActions, state: () => StripState): Handlers<StripRequests> {
  return {
    getState: async () => state(),
    cancel: async () => {
      actions.cancel()
      return null
    },
    continueInBrowser: async () => {
      actions.continueInBrowser()
      return null
    },
    switchToCode: async () => {
      await actions.switchToCode()
      return null
    },
    copyCode: async () => {
      await actions.copyCode()
      return null
    },
    answerOtherAccount: async (answer) => {
      actions.answerOtherAccount(answer)
      return null
    },
    submitRedirectUrl: async (url) => {
      if (url.trim() === '') throw new VaultError('INVALID_REQUEST', { message: 'Paste the full address.' })
      actions.submitRedirectUrl(url.trim())
      return null
    }
  }
}
