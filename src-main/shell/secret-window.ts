import { app, BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import type { ShownSecret, ShownSecretRequests } from '#shared/secrets.ts'
import { APP_ORIGIN } from './address-rules.ts'
import type { Handlers } from './ipc-server.ts'
import { surfaceColor } from './main-window.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

const SECRET_PAGE = 'secret.html'
/** Width and height of the page in pixels. A long token scrolls. */
const SIZE = { width: 420, height: 220 }

type SecretWindowOptions = {
  /** Path of the preload script of the page. */
  readonly preload: string
  readonly trusted: TrustedSenders
  readonly isPackaged: boolean
  /** Path of the window's icon; macOS takes it from the bundle. */
  readonly icon: string
  /** The window that it is shown over; null: none is open. */
  readonly parent: () => BrowserWindow | null
}

/**
 * Shows a secret for a moment in a small window of its own, so that it never gets into the page of the main window. The
 * window is left out of screenshots and screen sharing where the system can do that (Electron: BrowserWindow,
 * setContentProtection; Linux can not). It closes when its time has passed, and its process ends with it.
 */
export class SecretWindow {
  readonly #options: SecretWindowOptions
  readonly #handlers: Handlers<ShownSecretRequests>
  #shown: {
    readonly window: BrowserWindow
    readonly secret: ShownSecret
    readonly timer: NodeJS.Timeout
  } | null = null

  constructor(options: SecretWindowOptions) {
    this.#options = options
    this.#handlers = {
      current: async () => this.#shown?.secret ?? null,
      close: async () => {
        // After the answer to the page that closes.
        setImmediate(() => this.close())
        return null
      }
    }
    app.on('before-quit', () => this.close())
  }

  /** Shows a secret in place of the one shown before. */
  show(secret: ShownSecret): void {
    this.close()
    const window = this.#open()
    const timer = setTimeout(() => this.close(), Math.max(0, secret.until - Date.now()))
    this.#shown = { window, secret, timer }
  }

  /** Closes the window and forgets the secret. Does nothing if none is shown. */
  close(): void {
    const shown = this.#shown
    this.#shown = null
    if (shown === null) return
    clearTimeout(shown.timer)
    if (!shown.window.isDestroyed()) shown.window.destroy()
  }

  /** The handlers of the window; null for any other sender. */
  handlersFor(event: IpcMainInvokeEvent): Handlers<ShownSecretRequests> | null {
    return this.#options.trusted.accepts(event, SECRET_PAGE) ? this.#handlers : null
  }

  #open(): BrowserWindow {
    const { preload, trusted, isPackaged, icon, parent } = this.#options
    const above = parent()
    const window = new BrowserWindow({
      ...SIZE,
      ...(above !== null && { parent: above }),
      useContentSize: true,
      show: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      title: 'Latchkey',
      icon,
      backgroundColor: surfaceColor(),
      webPreferences: { ...OWN_PAGE_PREFERENCES, devTools: !isPackaged, preload }
    })
    window.removeMenu()
    window.setContentProtection(true)
    trusted.trust(window.webContents, SECRET_PAGE)
    window.once('ready-to-show', () => window.show())
    window.on('closed', () => {
      if (this.#shown?.window === window) this.close()
    })
    // A failed load leaves an empty window, which closes at its time.
    window.loadURL(`${APP_ORIGIN}/${SECRET_PAGE}`).catch(() => undefined)
    return window
  }
}
