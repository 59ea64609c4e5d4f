// `BrowserWindow`: a window that is one page.
import { app } from './app.ts'
import { PreventableEvent } from './base.ts'
import { BaseWindow, type BaseWindowConstructorOptions } from './base-window.ts'
import { placeWindow, type Target } from './chromium.ts'
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

  readonly webContents: WebContents
  #placed: Promise<void> = Promise.resolve()

  constructor(options: BrowserWindowConstructorOptions = {}, popup?: Target) {
    requireIsolation(options.webPreferences ?? {}) // before there is a window
    super(options)
    const owner = {
      closePage: () => this.close(),
      pageGone: () => this.destroy(),
      focus: () => this.focus(),
      isFocused: () => this.isFocused()
    }
    const { width, height } = this.getBounds()
    const page = { size: { width, height }, preferences: options.webPreferences, ...(popup && { popup }) }
    this.webContents = new WebContents(owner, page)
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'))
    this.webContents.on('page-title-updated', (event: PreventableEvent, title: string) => {
      this.emit('page-title-updated', event, title, true)
      if (!event.defaultPrevented) this.setTitle(title)
    })
    this.place()
    app.emit('browser-window-created', new PreventableEvent(), this)
    if (options.show !== false) this.show()
  }
  override destroy(): void {
    if (this.isDestroyed()) return
    super.destroy()
    this.webContents.destroy()
  }
  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }
  setMenuBarVisibility(_visible: boolean): void {}

  protected override place(): void {
    super.place()
    const { webContents } = this
    this.#placed = Promise.all([this.#placed, webContents.attached])
      .then(() => placeWindow(webContents.targetId, { ...this.getBounds(), visible: this.isVisible() }))
      .catch(() => undefined) // the window may be gone
  }
}

Popups.openWindow = (options, popup) => new BrowserWindow(options, popup)
