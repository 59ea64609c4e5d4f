import { BrowserWindow, nativeTheme, app, screen } from 'electron'
import { APP_ORIGIN } from './address-rules.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'
import { openingAt, type WindowPlace } from './window-place.ts'

type MainWindowOptions = {
  readonly preload: string
  readonly trusted: TrustedSenders
  readonly isPackaged: boolean
  /** Path of the window's icon; macOS takes it from the bundle. */
  readonly icon: string
  readonly show: boolean
  /** Where the person left the window. `write` throws if the place can not be kept. */
  readonly place: { readonly read: () => unknown; readonly write: (place: WindowPlace) => void }
  /** Called when the window is closed; `hide`: something else can bring it back. */
  readonly closing: () => 'hide' | 'minimize' | 'quit'
  /** The process of the page ended unasked. */
  readonly crashed: () => void
}

/** Background of the first paint, as in tokens.css, so that nothing flashes. */
export const surfaceColor = (): string => (nativeTheme.shouldUseDarkColors ? '#1c1c1e' : '#ffffff')

/** How it opens at the first start. */
const FIRST = { width: 1040, height: 720, isMaximized: false }
/** How long the person has to leave a window alone before its place is kept, in milliseconds. */
const SETTLED_MS = 500

/** The window with the list; `https://www.electronjs.org/docs/latest/api/browser-window`. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
  const { isMaximized, ...opening } = openingAt(options.place.read(), areas) ?? FIRST
  const window = new BrowserWindow({
    ...opening,
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
  // Electron shows a window that is maximized.
  if (isMaximized) window.once('show', () => window.maximize())
  if (options.show) window.once('ready-to-show', () => window.show())
  keepPlace(window, options.place.write)
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

/** Keeps the place of a window when the person has moved it. */
function keepPlace(window: BrowserWindow, write: (place: WindowPlace) => void): void {
  let timer: NodeJS.Timeout | null = null
  const keep = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const place = { ...window.getNormalBounds(), isMaximized: window.isMaximized() }
    try {
      write(place)
    } catch {
      // It opens where it was before; nothing else depends on it.
    }
  }
  const soon = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(keep, SETTLED_MS)
  }
  window.on('resize', soon)
  window.on('move', soon)
  window.on('maximize', soon)
  window.on('unmaximize', soon)
  window.on('close', () => timer !== null && keep())
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
