import { BrowserWindow, nativeTheme, app } from 'electron'
import { APP_ORIGIN } from './address-rules.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

type MainWindowOptions = {
  readonly preload: string
  readonly trusted: TrustedSenders
  readonly isPackaged: boolean
  /** Path of the window's icon; macOS takes it from the bundle. */
  readonly icon: string
  readonly show: boolean
  /** Called when the window is closed; `hide`: something else can bring it back. */
  readonly closing: () => 'hide' | 'minimize' | 'quit'
  /** The process of the page ended unasked. */
  readonly crashed: () => void
}

/** Background of the first paint, as in tokens.css, so that nothing flashes. */
export const surfaceColor = (): string => (nativeTheme.shouldUseDarkColors ? '#1c1c1e' : '#ffffff')

/** The window with the list; `https://www.electronjs.org/docs/latest/api/browser-window`. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1040,
    height: 720,
    minWidth: 480,
    minHeight: 480,
    show: false,
    title: 'Latchkey',
    icon: options.icon,
    backgroundColor: surfaceColor(),
    autoHideMenuBar: true,
    webPreferences: { ...OWN_PAGE_PREFERENCES, devTools: !options.isPackaged, preload: options.preload }
  })
  options.trusted.trust(window.webContents, 'index.html')
  if (options.show) window.once('ready-to-show', () => window.show())
  window.on('close', (event) => {
    const closing = options.closing()
    if (closing === 'quit') return
    event.preventDefault()
    if (closing === 'hide') window.hide()
    else window.minimize()
  })
  window.webContents.on('render-process-gone', () => options.crashed())
  // A failed load leaves an empty window, which the person sees.
  window.loadURL(`${APP_ORIGIN}/index.html`).catch(() => undefined)
  return window
}

/** Brings the window to the front from wherever it is. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** The main window; there is at most one, and the person may have closed it. */
export type OneWindow = {
  /** Null: it was closed. */
  readonly current: () => BrowserWindow | null
  /** Brings it to the front, or opens it again. */
  readonly show: () => void
}

/**
 * Opens the main window. It closes when the app quits, whatever `closing` says. `app.quit` asks all windows
 * before it returns, and Electron does not report a refusal: a later close comes from the person.
 */
export function openOneWindow(options: Parameters<typeof openMainWindow>[0]): OneWindow {
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
    setImmediate(() => (quitting = false))
  })
  const open = (show: boolean): BrowserWindow =>
    openMainWindow({ ...options, show, closing: () => (quitting ? 'quit' : options.closing()) })
  let window = open(options.show)
  return {
    current: () => (window.isDestroyed() ? null : window),
    show: () => {
      if (window.isDestroyed()) window = open(true)
      else showWindow(window)
    }
  }
}
