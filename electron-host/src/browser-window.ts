// `BrowserWindow`: a window that is one page.
import { app } from './app.ts'
import { announce, isPrevented } from './announce.ts'
import { PreventableEvent } from './base.ts'
import { BaseWindow, type BaseWindowConstructorOptions } from './base-window.ts'
import { placeWindow, type Target } from './chromium.ts'
import { throwWhenDestroyed } from './destroyable.ts'
import { Popups } from './popups.ts'
import { WebContents } from './web-contents.ts'
import { requireIsolation, type WebPreferences } from './web-preferences.ts'

export type BrowserWindowConstructorOptions = BaseWindowConstructorOptions & {
  webPreferences?: WebPreferences
}

export class BrowserWindow extends BaseWindow {
  static override getAllWindows(): BrowserWindow[] {
    return BaseWindow.getAllWindows().filter((window) => window instanceof BrowserWindow)
  }
  static override getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.isFocused()) ?? null
  }
  static override fromId(id: number): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.id === id) ?? null
  }
  static fromWebContents(contents: WebContents | undefined): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null
  }

  static {
    throwWhenDestroyed(this, { but: ['destroy', 'place'] })
  }

  readonly #contents: WebContents
  #placed: Promise<void> = Promise.resolve()

  constructor(options: BrowserWindowConstructorOptions = {}, popup?: Target) {
    requireIsolation(options.webPreferences ?? {}) // throws before a window exists
    super(options)
    // Electron fixes the id of a BrowserWindow, but not of a BaseWindow, so it can be read afterwards.
    Object.defineProperty(this, 'id', { value: this.id })
    const owner = {
      pageGone: () => this.destroy(),
      focus: () => this.focus(),
      isFocused: () => this.isFocused()
    }
    const { width, height } = this.getContentBounds()
    const page = { size: { width, height }, preferences: options.webPreferences, ...(popup && { popup }) }
    this.#contents = new WebContents(owner, page)
    this.#contents.once('did-finish-load', () => announce(this, 'ready-to-show'))
    this.#contents.on('page-title-updated', (_event: PreventableEvent, title: string) => {
      if (!isPrevented(this, 'page-title-updated', { args: [title, true] })) this.setTitle(title)
    })
    this.place()
    announce(app, 'browser-window-created', new PreventableEvent(), this)
    if (options.show !== false) this.show()
  }
  get webContents(): WebContents {
    return this.#contents
  }
  override destroy(): void {
    super.destroy()
    setImmediate(() => this.#contents.destroy())
  }
  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }

  /** Destroys the page first, and the window with it. */
  protected override end(): void {
    this.#contents.close()
  }
  protected override place(): void {
    super.place()
    const contents = this.#contents
    this.#placed = Promise.all([this.#placed, contents.attached])
      .then(() => placeWindow(contents.targetId, { ...this.getContentBounds(), visible: this.isVisible() }))
      .catch(() => undefined) // the window may be gone
  }
}

Popups.openWindow = (options, popup) => new BrowserWindow(options, popup)
